package io.sluice.runtime.stream;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Context;
import io.sluice.runtime.Poll;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Streams by name, as one: each value comes with the key of its stream. Streams come and go while it is polled; one that
 * has ended is out of the map.
 *
 * <p>Each poll looks at another stream first, so that none is starved by those before it, and at all of them if need be:
 * for some dozens. It has ended when it is empty, and goes on when a stream is put in; whoever waits for that is not
 * woken by it. A stream that fails is cancelled and out of the map, its failure is thrown, and this one may be polled
 * again. Owner only. Follows {@code tokio_stream::StreamMap}.
 */
public final class StreamMap<K, T> implements Stream<StreamMap.Keyed<K, T>> {

    /** A value, and whose it is. */
    public record Keyed<K, T>(K key, T value) {}

    private record Member<K, T>(K key, Stream<T> stream) {}

    private final List<Member<K, T>> members = new ArrayList<>();

    /** Who is looked at first. */
    private int first;

    /** Puts {@code stream} in, which is this map's from here on; gives back the one that had {@code key}, if any. */
    public @Nullable Stream<T> put(K key, Stream<T> stream) {
        requireNonNull(key, "key");
        Member<K, T> member = new Member<>(key, requireNonNull(stream, "stream"));
        int index = indexOf(key);
        if (index < 0) {
            members.add(member);
            return null;
        }
        return members.set(index, member).stream();
    }

    /** Takes the stream of {@code key} out, to be used or cancelled by the caller; null if there is none. */
    public @Nullable Stream<T> remove(K key) {
        int index = indexOf(key);
        return index < 0 ? null : members.remove(index).stream();
    }

    private int indexOf(K key) {
        for (int i = 0; i < members.size(); i++) {
            if (members.get(i).key().equals(key)) {
                return i;
            }
        }
        return -1;
    }

    /** Whose streams are in it and have not been seen to end. */
    public Set<K> keys() {
        return members.stream().map(Member::key).collect(Collectors.toUnmodifiableSet());
    }

    public int size() {
        return members.size();
    }

    @Override
    public Poll<Keyed<K, T>> pollNext(Context cx) throws Exception {
        int index = members.isEmpty() ? 0 : Math.floorMod(first++, members.size());
        for (int left = members.size(); left > 0; left--) {
            Member<K, T> member = members.get(index);
            Poll<T> polled = poll(member, cx, index);
            if (polled.isReady() && polled.get() != null) {
                return Poll.ready(new Keyed<>(member.key(), polled.get()));
            }
            if (polled.isPending()) {
                index++;
            } else {
                members.remove(index); // the next one is here now
            }
            index = index == members.size() ? 0 : index;
        }
        return members.isEmpty() ? Poll.ready() : Poll.pending();
    }

    private Poll<T> poll(Member<K, T> member, Context cx, int index) throws Exception {
        try {
            return member.stream().pollNext(cx);
        } catch (Throwable thrown) {
            members.remove(index);
            member.stream().cancel();
            throw thrown;
        }
    }

    /** Cancels all streams and forgets them. */
    @Override
    public void cancel() {
        members.forEach(member -> member.stream().cancel());
        members.clear();
    }
}
