package io.sluice.runtime.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A task was spawned; the stack says where. */
@Name("io.sluice.runtime.TaskSpawn")
@Label("Task Spawn")
@Description("A task was spawned; the stack says where")
@Category("Sluice runtime")
@StackTrace
final class TaskSpawnEvent extends Event {

    @Label("Task")
    long task;

    @Label("Name")
    String name = "";

    @Label("Priority")
    String priority = "";
}
