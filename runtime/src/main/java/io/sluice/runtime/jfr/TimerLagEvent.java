package io.sluice.runtime.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A timer was noticed at least 5 ms after its deadline. */
@Name("io.sluice.runtime.TimerLag")
@Label("Timer Lag")
@Description("A timer was noticed at least 5 ms after its deadline")
@Category("Sluice runtime")
@StackTrace(false)
final class TimerLagEvent extends Event {

    @Label("Lag")
    @Timespan(Timespan.NANOSECONDS)
    long lag;
}
