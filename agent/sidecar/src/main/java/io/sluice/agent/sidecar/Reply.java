package io.sluice.agent.sidecar;

import static java.util.Objects.requireNonNull;

import io.sluice.batching.DropReason;
import io.sluice.exporter.AnswerCode;
import io.sluice.exporter.Outcome;
import io.sluice.exporter.transport.HttpResponse;
import io.sluice.runtime.Context;
import io.sluice.runtime.Future;
import io.sluice.runtime.Handle;
import io.sluice.runtime.Poll;
import io.sluice.runtime.TaskOptions;
import io.sluice.runtime.sync.ClosedException;
import io.sluice.runtime.sync.Oneshot;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The answer to a request whose sender waits until its items are settled: what the destination said, or that it took too
 * long. The request stays in custody whatever the sender is told: one who was told to come again may send what arrives
 * anyway, twice rather than never.
 *
 * <p>{@link #settled} is called by the task that exports the batch, one call after another.
 */
final class Reply {

    private static final TaskOptions WAITING = TaskOptions.named("reply");

    private final Oneshot.Sender<HttpResponse> answer;

    private long unsettled;
    private long delivered;
    private long rejected;

    /** Items that are too large for any request to the destination. */
    private long tooLarge;

    /** Other items that were given up here. */
    private long dropped;

    private String message = "";
    private Optional<AnswerCode> code = Optional.empty();

    private Reply(long items, Oneshot.Sender<HttpResponse> answer) {
        this.unsettled = items;
        this.answer = answer;
    }

    /** Has {@code respond} called once, when {@code items} are settled or {@code limit} is over. */
    static Reply within(Duration limit, long items, Consumer<HttpResponse> respond, Handle handle) {
        Oneshot.Channel<HttpResponse> channel = Oneshot.channel();
        Future<HttpResponse> answer = handle.timeout(limit, channel.receiver());
        handle.spawn(WAITING, new Waiting(answer, limit, respond)).detach();
        return new Reply(items, channel.sender());
    }

    /** Passes the answer on. The task's own. */
    private static final class Waiting implements Future<Void> {

        private final Future<HttpResponse> answer;
        private final Duration limit;
        private final Consumer<HttpResponse> respond;

        Waiting(Future<HttpResponse> answer, Duration limit, Consumer<HttpResponse> respond) {
            this.answer = requireNonNull(answer, "answer");
            this.limit = requireNonNull(limit, "limit");
            this.respond = requireNonNull(respond, "respond");
        }

        @Override
        public Poll<Void> poll(Context cx) throws Exception {
            HttpResponse response;
            try {
                Poll<HttpResponse> polled = answer.poll(cx);
                if (polled.isPending()) {
                    return Poll.pending();
                }
                response = polled.get();
            } catch (ClosedException abandoned) {
                answer.cancel();
                return Poll.ready();
            } catch (TimeoutException late) {
                answer.cancel();
                response = Answers.unavailable("not delivered within " + limit + "; it is still held");
            }
            respond.accept(response);
            return Poll.ready();
        }

        @Override
        public void cancel() {
            answer.cancel();
        }
    }

    /** The request was not taken after all, and is answered otherwise. */
    void abandon() {
        answer.close();
    }

    void settled(long items, Outcome outcome) {
        unsettled -= items;
        if (outcome instanceof Outcome.PartlyRejected partly) {
            long ofThese = Math.max(0, Math.min(items, partly.rejectedItems()));
            rejected += ofThese;
            delivered += items - ofThese;
            message = partly.message();
        } else if (outcome instanceof Outcome.Rejected refused) {
            rejected += items;
            message = refused.reason();
            code = refused.code();
        } else if (outcome instanceof Outcome.Dropped given) {
            drop(given.reason(), items);
        } else {
            delivered += items;
        }
        if (unsettled == 0) {
            answer.send(answer());
        }
    }

    private void drop(DropReason reason, long items) {
        if (reason == DropReason.TOO_LARGE) {
            tooLarge += items;
            message = "larger than a request to the destination may be";
        } else {
            dropped += items;
        }
    }

    /** Told to come again only where that can help. */
    private HttpResponse answer() {
        if (dropped > 0) {
            return Answers.unavailable("not delivered in time");
        }
        long lost = rejected + tooLarge;
        if (lost == 0) {
            return message.isEmpty() ? Answers.success() : Answers.partialSuccess(0, message);
        }
        if (delivered > 0) {
            return Answers.partialSuccess(lost, message);
        }
        if (rejected == 0) {
            return Answers.refusedWith(413, message);
        }
        return code.map(this::mirrored).orElseGet(() -> Answers.partialSuccess(lost, message));
    }

    private HttpResponse mirrored(AnswerCode answered) {
        return answered instanceof AnswerCode.Grpc grpc
                ? Answers.refusedWithCode(grpc.code(), message)
                : Answers.refusedWith(((AnswerCode.Http) answered).status(), message);
    }
}
