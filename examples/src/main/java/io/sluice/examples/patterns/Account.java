package io.sluice.examples.patterns;

import io.sluice.runtime.AsyncRuntime;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Futures;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.TaskOptions;
import io.sluice.runtime.select.Join;
import io.sluice.runtime.sync.Mpsc;
import io.sluice.runtime.sync.Oneshot;
import java.util.ArrayList;
import java.util.List;

/**
 * The actor pattern: {@code ./sluice example actor}. State that one task owns, messages to it, and a handle that hides
 * both. Nothing is locked, since nobody else touches the balance; whoever asks faster than the actor answers waits for
 * room in its channel. The actor ends when the last handle is closed and everything asked was answered.
 */
public final class Account implements AutoCloseable {

    /** What can be asked. */
    private sealed interface Message {}

    private record Deposit(long cents) implements Message {}

    private record Withdraw(long cents, Oneshot.Sender<Boolean> reply) implements Message {}

    private record Balance(Oneshot.Sender<Long> reply) implements Message {}

    private final Mpsc.Sender<Message> mailbox;

    private Account(Mpsc.Sender<Message> mailbox) {
        this.mailbox = mailbox;
    }

    /** Starts the actor. */
    public static Account open(Handle handle) {
        Mpsc.Channel<Message> channel = Mpsc.bounded(32);
        handle.spawn(TaskOptions.named("account"), new Actor(channel.receiver()))
                .detach();
        return new Account(channel.sender());
    }

    /** Another handle, to be closed by itself. */
    public Account share() {
        return new Account(mailbox.dup());
    }

    public Future<Void> deposit(long cents) {
        return mailbox.sendAsync(new Deposit(cents));
    }

    /** False if there is not so much, and nothing was taken. */
    public Future<Boolean> withdraw(long cents) {
        Oneshot.Channel<Boolean> reply = Oneshot.channel();
        return Futures.andThen(mailbox.sendAsync(new Withdraw(cents, reply.sender())), sent -> reply.receiver());
    }

    public Future<Long> balance() {
        Oneshot.Channel<Long> reply = Oneshot.channel();
        return Futures.andThen(mailbox.sendAsync(new Balance(reply.sender())), sent -> reply.receiver());
    }

    @Override
    public void close() {
        mailbox.close();
    }

    /** The task. Owner only. */
    private static final class Actor implements Future<Void> {

        private final Mpsc.Receiver<Message> mailbox;
        private long cents;

        Actor(Mpsc.Receiver<Message> mailbox) {
            this.mailbox = mailbox;
        }

        @Override
        public Poll<Void> poll(Context cx) {
            while (true) {
                Poll<Message> next = mailbox.pollRecv(cx);
                if (next.isPending()) {
                    return Poll.pending();
                }
                if (next.get() == null) {
                    return Poll.ready();
                }
                handle(next.get());
            }
        }

        private void handle(Message message) {
            if (message instanceof Deposit deposit) {
                cents += deposit.cents();
            } else if (message instanceof Withdraw withdraw) {
                boolean enough = withdraw.cents() <= cents;
                cents -= enough ? withdraw.cents() : 0;
                withdraw.reply().send(enough);
            } else if (message instanceof Balance balance) {
                balance.reply().send(cents);
            }
        }

        @Override
        public void cancel() {
            mailbox.closeAndDiscard(); // who waits for an answer is told that none will come
        }
    }

    public static void main(String[] arguments) throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.builder().build();
                Account account = open(runtime.handle())) {
            List<Future<Void>> deposits = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                deposits.add(runtime.handle().spawn(account.deposit(5)));
            }
            runtime.blockOn(Join.all(deposits));
            System.out.println("withdrew 400: " + runtime.blockOn(account.withdraw(400)));
            System.out.println("withdrew 400: " + runtime.blockOn(account.withdraw(400)));
            System.out.println("balance: " + runtime.blockOn(account.balance()));
        }
    }
}
