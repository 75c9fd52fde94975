package io.sluice.runtime.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/** One poll of a task held its worker for long. */
@Name("io.sluice.runtime.LongPoll")
@Label("Long Poll")
@Description("One poll of a task held its worker for long")
@Category("Sluice runtime")
@Threshold("20 ms")
@StackTrace(false)
final class LongPollEvent extends Event {

    @Label("Task")
    long task;

    @Label("Name")
    String name = "";
}
