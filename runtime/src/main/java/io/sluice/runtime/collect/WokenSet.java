package io.sluice.runtime.collect;

import static java.util.Objects.requireNonNull;

import io.sluice.runtime.Waker;
import io.sluice.runtime.collect.WokenQueue.Member;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A set whose members are wakers, and which hands out those that were woken. Adding, removing and finding the next one
 * take constant time. Owner only; members are woken by any thread.
 */
final class WokenSet<V> {

    private final WokenQueue<V> woken = new WokenQueue<>();
    private final List<Member<V>> members = new ArrayList<>();

    /** Adds a member that is not woken. */
    Member<V> add(V value) {
        Member<V> member = new Member<>(woken, value);
        member.index = members.size();
        members.add(member);
        return member;
    }

    /** Takes a member out; what it was. Its wakes do nothing more than a look from now on. */
    V remove(Member<V> member) {
        V value = requireNonNull(member.value, "removed twice");
        member.value = null;
        Member<V> last = members.remove(members.size() - 1);
        if (last != member) {
            members.set(member.index, last);
            last.index = member.index;
        }
        return value;
    }

    /** Takes all members out, and forgets whom to wake; what they were. */
    List<V> removeAll() {
        List<V> values = new ArrayList<>(members.size());
        for (Member<V> member : members) {
            values.add(valueOf(member));
            member.value = null;
        }
        members.clear();
        woken.unregister();
        while (woken.take() != null) {
            // none is a member any more
        }
        return values;
    }

    void register(Waker waker) {
        woken.register(waker);
    }

    void unregister() {
        woken.unregister();
    }

    /** The member that was woken first; it must be woken again to come again. */
    @Nullable
    Member<V> nextWoken() {
        Member<V> member;
        do {
            member = woken.take();
        } while (member != null && member.value == null);
        return member;
    }

    boolean hasWoken() {
        return woken.hasWoken();
    }

    int size() {
        return members.size();
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    /** The members now. */
    List<V> values() {
        return members.stream().map(WokenSet::valueOf).toList();
    }

    static <V> V valueOf(Member<V> member) {
        return requireNonNull(member.value, "no member any more");
    }
}
