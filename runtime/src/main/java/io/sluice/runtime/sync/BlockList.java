package io.sluice.runtime.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The memory of an unbounded channel: slots in a list of blocks, which grows at one end and is given up at the other.
 *
 * <pre>
 *   block 3  ---->  block 4  ---->  block 5  ---->  block 6
 *   headBlock       full            tailBlock       appended by the first producer that needs it
 *   (consumer)                      (producers begin their search here)
 * </pre>
 *
 * <p>A producer draws a number and looks for the block of that number from {@link #tailBlock} on. The tail block must
 * never be beyond a block with a slot that is still to be filled, so it moves on from a block only once all of it is
 * filled: {@link Block#filled} counts, and whoever fills the last slot moves the tail. If blocks get full out of order,
 * the one that completes the earlier block moves the tail past the later ones as well; both write their count before
 * they read the tail, so one of them sees the other.
 *
 * <p>The consumer leaves a block when all of it is emptied, hence filled. First it makes sure that the tail block is
 * beyond, then it links the block to itself. So a producer that still holds on to an old block learns that it has to
 * begin anew, and an old block that the garbage collector has moved does not keep all later ones alive.
 *
 * <p>Tokio's list, except that blocks are left to the collector and not used again: 32 items share one.
 *
 * @param <T> the items
 */
final class BlockList<T> extends ItemSequence<T> {

    /** Tokio's 32 slots: few enough for an idle channel to be small. */
    static final int BLOCK_SHIFT = 5;

    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Object[].class);
    private static final VarHandle NEXT;
    private static final VarHandle FILLED;
    private static final VarHandle TAIL_BLOCK;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            NEXT = lookup.findVarHandle(Block.class, "next", Block.class);
            FILLED = lookup.findVarHandle(Block.class, "filled", int.class);
            TAIL_BLOCK = lookup.findVarHandle(BlockList.class, "tailBlock", Block.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final class Block {

        final long number;
        final @Nullable Object[] slots;

        /** Set once by a producer; then set to this block itself by the consumer. */
        volatile @Nullable Block next;

        /** Any thread, by atomic steps: slots that were filled, emptied or not. */
        volatile int filled;

        Block(long number, int size) {
            this.number = number;
            this.slots = new Object[size];
        }

        boolean isFull() {
            return filled == slots.length;
        }
    }

    private final int blockShift;
    private final int slotMask;

    /** The slot that the next item goes to. Producers. */
    private final PaddedLong tail = new PaddedLong(0);

    /** The next slot to empty. Written by the consumer; any thread may read it as a hint. */
    private final PaddedLong head = new PaddedLong(0);

    /** Any thread, by compare-and-set, from one block to the next. */
    private volatile Block tailBlock;

    /** The block of {@link #head}, or the one before if that was just emptied. Consumer only. */
    private Block headBlock;

    /** Where {@link #isFilled} looked last. Consumer only. */
    private Block lookedAt;

    /** @param blockShift the size of a block, as a power of two */
    BlockList(int blockShift) {
        this.blockShift = blockShift;
        this.slotMask = (1 << blockShift) - 1;
        Block first = new Block(0, 1 << blockShift);
        this.tailBlock = first;
        this.headBlock = first;
        this.lookedAt = first;
    }

    @Override
    long push(T item) {
        long index = tail.getAndIncrement();
        Block block = blockFor(index >>> blockShift);
        SLOT.setVolatile(block.slots, (int) index & slotMask, item);
        if ((int) FILLED.getAndAdd(block, 1) == slotMask) {
            moveTailBlock();
        }
        return index;
    }

    /** The block of a slot that is not filled yet. */
    private Block blockFor(long number) {
        Block block = tailBlock;
        while (block.number != number) {
            Block next = block.next;
            if (next == null) {
                next = append(block);
            }
            block = next == block ? tailBlock : next;
        }
        return block;
    }

    private Block append(Block last) {
        Block fresh = new Block(last.number + 1, slotMask + 1);
        Block present = (Block) NEXT.compareAndExchange(last, null, fresh);
        return present == null ? fresh : present;
    }

    private void moveTailBlock() {
        for (Block block = tailBlock; block.isFull(); block = tailBlock) {
            Block next = block.next;
            if (next == null) {
                return;
            }
            if (next != block) {
                TAIL_BLOCK.compareAndSet(this, block, next);
            }
        }
    }

    @Override
    long head() {
        return head.get();
    }

    @Override
    long tail() {
        return tail.get();
    }

    @Override
    boolean isFilled(long index) {
        long number = index >>> blockShift;
        boolean onTheWay = lookedAt.number >= headBlock.number && lookedAt.number <= number;
        Block block = onTheWay ? lookedAt : headBlock;
        while (block.number < number) {
            Block next = block.next;
            if (next == null) {
                return false;
            }
            block = next;
        }
        lookedAt = block;
        return SLOT.getVolatile(block.slots, (int) index & slotMask) != null;
    }

    @Override
    @SuppressWarnings("unchecked")
    @Nullable
    T peek() {
        long index = head.get();
        Block block = headBlock;
        if (block.number != index >>> blockShift) {
            Block next = block.next;
            if (next == null) {
                return null;
            }
            leave(block, next);
            block = next;
        }
        return (T) SLOT.getVolatile(block.slots, (int) index & slotMask);
    }

    private void leave(Block emptied, Block next) {
        headBlock = next;
        if (tailBlock == emptied) {
            TAIL_BLOCK.compareAndSet(this, emptied, next);
        }
        emptied.next = emptied;
    }

    @Override
    void remove() {
        long index = head.get();
        headBlock.slots[(int) index & slotMask] = null;
        head.setOpaque(index + 1);
    }
}
