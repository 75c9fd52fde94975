package io.sluice.runtime.pressure;

/**
 * What became of all jobs that a {@link TaskPool} has accepted.
 *
 * @param ran those that ended as they should
 * @param failed those that threw
 * @param interrupted those that had begun and were cancelled
 * @param notRun those that were cancelled in the queue, without having been polled
 */
public record Drained(long ran, long failed, long interrupted, long notRun) {

    /** All of them. */
    public long accepted() {
        return ran + failed + interrupted + notRun;
    }
}
