package io.sluice.runtime.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/** A worker slept because it had nothing to do. */
@Name("io.sluice.runtime.WorkerPark")
@Label("Worker Park")
@Description("A worker slept because it had nothing to do")
@Category("Sluice runtime")
@Threshold("10 ms")
@StackTrace(false)
final class WorkerParkEvent extends Event {}
