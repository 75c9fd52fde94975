package io.sluice.runtime.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A worker took tasks from another one. */
@Name("io.sluice.runtime.Steal")
@Label("Steal")
@Description("A worker took tasks from another one")
@Category("Sluice runtime")
@StackTrace(false)
final class StealEvent extends Event {

    @Label("Tasks")
    int tasks;
}
