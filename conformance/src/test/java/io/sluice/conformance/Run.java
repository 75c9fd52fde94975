package io.sluice.conformance;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Every line in every column, beside each other, for most of a scenario's time is waiting. */
final class Run {

    private static final int AT_ONCE = 24;

    private static final Requirement WARM_UP = Requirement.both(Level.MUST, "none", "deliver a span", stage -> {
        Client client = stage.client(stage.peer(Answer.taken()));
        client.span();
        client.flush();
        return Finding.met();
    });

    /** One cell of the table. */
    record Cell(Requirement requirement, Column column) {}

    private Run() {}

    static Map<Cell, Finding> of(List<Requirement> lines, Peers peers) throws Exception {
        for (Column column : Column.all()) {
            // Loads classes and servers, so that no scenario's time begins with it.
            observe(WARM_UP, column, peers);
        }
        Map<Cell, Future<Finding>> running = new LinkedHashMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        for (Requirement line : lines) {
            for (Column column : Column.all()) {
                running.put(new Cell(line, column), threads.submit(() -> observe(line, column, peers)));
            }
        }
        threads.shutdown();
        Map<Cell, Finding> findings = new LinkedHashMap<>();
        for (Map.Entry<Cell, Future<Finding>> cell : running.entrySet()) {
            findings.put(cell.getKey(), finding(cell.getKey(), cell.getValue()));
        }
        return findings;
    }

    /** A scenario that could not be played to its end shows in the table like a line that is not kept. */
    private static Finding finding(Cell cell, Future<Finding> running) throws InterruptedException {
        try {
            return running.get();
        } catch (ExecutionException e) {
            new AssertionError(cell.column() + ": " + cell.requirement(), e.getCause()).printStackTrace();
            return Finding.notMet("The scenario failed: " + e.getCause());
        }
    }

    private static Finding observe(Requirement line, Column column, Peers peers) throws Exception {
        if (!line.protocols().contains(column.protocol())) {
            return Finding.notShown();
        }
        long start = System.nanoTime();
        try (Stage stage = new Stage(column, peers)) {
            return line.scenario().observe(stage);
        } catch (CannotShow e) {
            return Finding.notShown();
        } finally {
            if (Boolean.getBoolean("conformance.times")) {
                System.out.println((System.nanoTime() - start) / 1_000_000 + " ms " + column + ": " + line);
            }
        }
    }
}
