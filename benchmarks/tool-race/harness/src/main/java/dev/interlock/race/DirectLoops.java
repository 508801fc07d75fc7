package dev.interlock.race;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The two yardsticks without a framework: one call after another, and all at once. */
public final class DirectLoops implements Framework {

    private static final String NONE = "a loop has no settings";

    private interface Loop {
        List<Shown> run(Setup setup) throws Exception;
    }

    @Override
    public List<Row> rows() {
        return List.of(
                row("a loop, one by one", "calls the tools' bodies in order", DirectLoops::oneByOne),
                row(
                        "a virtual thread a call",
                        "starts all calls at once and takes their results in order",
                        DirectLoops::allAtOnce));
    }

    private static Row row(String name, String settings, Loop loop) {
        return Row.of(name, settings, setup -> message -> setup.script().answer(loop.run(setup)))
                .lacks(Row.Feature.CAP, NONE)
                .lacks(Row.Feature.TIMEOUT, NONE)
                .lacks(Row.Feature.CANCEL, NONE);
    }

    private static List<Shown> oneByOne(Setup setup) {
        List<Call> calls = setup.script().batch(batch -> batch);
        List<Shown> shown = new ArrayList<>(calls.size());
        for (Call call : calls) {
            shown.add(new Shown(call.id(), result(setup, call)));
        }
        return shown;
    }

    private static List<Shown> allAtOnce(Setup setup) throws InterruptedException, ExecutionException {
        List<Call> calls = setup.script().batch(batch -> batch);
        List<Shown> shown = new ArrayList<>(calls.size());
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> results = new ArrayList<>(calls.size());
            for (Call call : calls) {
                results.add(executor.submit(() -> result(setup, call)));
            }
            for (int i = 0; i < calls.size(); i++) {
                shown.add(new Shown(calls.get(i).id(), results.get(i).get()));
            }
        }
        return shown;
    }

    private static String result(Setup setup, Call call) {
        try {
            return setup.tools().call(call.step());
        } catch (IllegalStateException e) {
            return e.toString();
        }
    }
}
