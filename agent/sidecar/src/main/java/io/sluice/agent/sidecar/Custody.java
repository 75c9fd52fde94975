package io.sluice.agent.sidecar;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of all requests that the sidecar holds, their bound, and who may have how much of it.
 *
 * <p>A request reserves its size before its body is read where its head tells it, and gives it back when it is settled.
 * Each also costs {@link #REQUEST_BYTES} for what stands around it, so that many small requests count for what they take.
 *
 * <p>One sender alone may have all. As soon as others are known, the last eighth is kept for those that hold less than
 * their share, which is the bound divided by the number of senders that hold anything, two at least: a sender that fills the sidecar
 * cannot keep one out that sends little, and as it is settled two that both want more come to have the same (max-min
 * fairness). A sender is known for {@link #KNOWN} after it was last seen. No more than a set number are told apart; those
 * beyond share one place.
 *
 * <p>Any thread; the lock is held for a few additions.
 */
final class Custody {

    /**
     * The objects around a body: request, reservation, array header, places in queues, and where its resources and scopes
     * are, which is not kept of a request with many parts.
     */
    static final int REQUEST_BYTES = 768;

    /** How long a sender that holds nothing counts as one that may come again: a minute of silence is long for OTLP. */
    static final Duration KNOWN = Duration.ofMinutes(1);

    /** Where senders go that there is no place for. */
    static final String OTHERS = "others";

    private static final int KEPT_SHARE = 8;

    private final long maxBytes;
    private final int maxSenders;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by {@link #lock}; in the order in which they came. */
    private final Map<String, Sender> senders = new LinkedHashMap<>();

    /** Guarded by {@link #lock}, all that follow. */
    private final Sender others = new Sender(OTHERS);

    private long held;
    private long peak;
    private int holding;

    /** When the first of those that are known may be forgotten, at the earliest. */
    private long nextSweepNanos;

    Custody(long maxBytes, int maxSenders, Clock clock) {
        this.maxBytes = maxBytes;
        this.maxSenders = maxSenders;
        this.clock = requireNonNull(clock, "clock");
        this.nextSweepNanos = clock.nanoTime() + KNOWN.toNanos();
    }

    /** Takes {@code bytes} into custody for a request of {@code name}; null, and nothing taken, if there is no room. */
    @Nullable
    Share tryReserve(String name, long bytes) {
        lock.lock();
        try {
            long nowNanos = clock.nanoTime();
            sweep(nowNanos);
            Sender sender = sender(name);
            sender.lastSeenNanos = nowNanos;
            long needed = bytes + REQUEST_BYTES;
            if (!fits(sender, needed)) {
                sender.refused();
                return null;
            }
            take(sender, needed);
            return new Share(sender, needed);
        } finally {
            lock.unlock();
        }
    }

    /** What one request holds. One owner at a time. */
    final class Share {

        private final Sender sender;

        /** Guarded by {@link #lock}. */
        private long bytes;

        Share(Sender sender, long bytes) {
            this.sender = sender;
            this.bytes = bytes;
        }

        Sender sender() {
            return sender;
        }

        /** Takes {@code more} bytes; false, and nothing taken, if there is no room. */
        boolean tryGrow(long more) {
            lock.lock();
            try {
                if (!fits(sender, more)) {
                    sender.refused();
                    return false;
                }
                take(sender, more);
                bytes += more;
                return true;
            } finally {
                lock.unlock();
            }
        }

        /** Makes it what a body of {@code bodyBytes} takes; false, and nothing changed, if there is no room for more. */
        boolean trySettleOn(long bodyBytes) {
            lock.lock();
            try {
                long more = bodyBytes + REQUEST_BYTES - bytes;
                if (more > 0) {
                    return tryGrow(more);
                }
                give(sender, -more);
                bytes += more;
                return true;
            } finally {
                lock.unlock();
            }
        }

        /** Gives all of it back. Idempotent. */
        void release() {
            lock.lock();
            try {
                give(sender, bytes);
                bytes = 0;
            } finally {
                lock.unlock();
            }
        }
    }

    // ---- under the lock ---------------------------------------------------------------------------------------

    private boolean fits(Sender sender, long bytes) {
        if (bytes > maxBytes - held) {
            return false;
        }
        if (known() <= 1) {
            return true;
        }
        int sharers = Math.max(2, holding + (sender.heldBytes == 0 ? 1 : 0));
        boolean withinShare = sender.heldBytes + bytes <= maxBytes / sharers;
        return withinShare || bytes <= maxBytes - maxBytes / KEPT_SHARE - held;
    }

    private int known() {
        return senders.size() + (others.heldBytes > 0 ? 1 : 0);
    }

    private void take(Sender sender, long bytes) {
        if (sender.heldBytes == 0 && bytes > 0) {
            holding++;
        }
        sender.heldBytes += bytes;
        held += bytes;
        peak = Math.max(peak, held);
    }

    private void give(Sender sender, long bytes) {
        sender.heldBytes -= bytes;
        held -= bytes;
        if (sender.heldBytes == 0 && bytes > 0) {
            holding--;
        }
    }

    private Sender sender(String name) {
        Sender known = senders.get(name);
        if (known == null) {
            if (senders.size() >= maxSenders) {
                return others;
            }
            known = new Sender(name);
            senders.put(name, known);
        }
        return known;
    }

    /** Forgets who has long been silent; looks at each of them once a while only. */
    private void sweep(long nowNanos) {
        if (nextSweepNanos - nowNanos > 0) {
            return;
        }
        nextSweepNanos = nowNanos + KNOWN.toNanos() / 4;
        Iterator<Sender> all = senders.values().iterator();
        while (all.hasNext()) {
            Sender sender = all.next();
            if (sender.heldBytes == 0 && nowNanos - sender.lastSeenNanos >= KNOWN.toNanos()) {
                others.inherit(sender);
                all.remove();
            }
        }
    }

    /** The place of those that are not told apart. */
    Sender unattributed() {
        return others;
    }

    // ---- for whoever looks ------------------------------------------------------------------------------------

    long heldBytes() {
        lock.lock();
        try {
            return held;
        } finally {
            lock.unlock();
        }
    }

    /** The most that was ever held at once. */
    long peakBytes() {
        lock.lock();
        try {
            return peak;
        } finally {
            lock.unlock();
        }
    }

    long maxBytes() {
        return maxBytes;
    }

    /** Those that are known now, and at the end the one that stands for all that are not. */
    List<Sender> senders() {
        lock.lock();
        try {
            List<Sender> all = new ArrayList<>(senders.values());
            all.add(others);
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** Bytes that {@code sender} holds. */
    long heldBytes(Sender sender) {
        lock.lock();
        try {
            return sender.heldBytes;
        } finally {
            lock.unlock();
        }
    }
}
