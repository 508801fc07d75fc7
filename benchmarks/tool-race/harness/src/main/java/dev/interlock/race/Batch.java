package dev.interlock.race;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** One recorded batch: the tools of the calls, and the keys that each call read and wrote. */
final class Batch {

    private final List<Call> calls = new ArrayList<>();
    private final List<List<Touch>> touches = new ArrayList<>();
    private final Run serial;

    Batch(String id, List<String> tools, List<List<Touch>> touches) {
        for (int step = 0; step < tools.size(); step++) {
            calls.add(new Call(id + "_" + step, tools.get(step), step));
        }
        this.touches.addAll(touches);
        this.serial = begin();
        try {
            for (Call call : calls) {
                serial.call(call.step(), 0);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads a file in JSON Lines; returns the batches with at least two calls. */
    static List<Batch> read(Path file) throws IOException {
        List<Batch> batches = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            if (line.isBlank()) {
                continue;
            }
            List<String> tools = new ArrayList<>();
            List<List<Touch>> touches = new ArrayList<>();
            for (JsonValue value : Json.parse(line).asObject().get("calls").asArray()) {
                JsonObject call = value.asObject();
                tools.add(call.getString("name", ""));
                Set<Touch> all = new LinkedHashSet<>();
                keys(call, "reads").forEach(key -> all.add(new Touch(Keys.path(key), false)));
                keys(call, "writes").forEach(key -> all.add(new Touch(Keys.path(key), true)));
                touches.add(List.copyOf(all));
            }
            if (tools.size() > 1) {
                batches.add(new Batch("call_" + batches.size(), tools, touches));
            }
        }
        return batches;
    }

    private static List<String> keys(JsonObject call, String name) {
        JsonValue keys = call.get(name);
        return keys == null || keys.isNull()
                ? List.of()
                : keys.asArray().values().stream().map(JsonValue::asString).toList();
    }

    List<Call> calls() {
        return calls;
    }

    List<Touch> touches(int step) {
        return touches.get(step);
    }

    /** The number of calls on the longest chain of conflicts. */
    int criticalPath() {
        int[] length = new int[calls.size()];
        int longest = 0;
        for (int later = 0; later < length.length; later++) {
            for (int earlier = 0; earlier < later; earlier++) {
                if (conflict(earlier, later)) {
                    length[later] = Math.max(length[later], length[earlier]);
                }
            }
            longest = Math.max(longest, ++length[later]);
        }
        return longest;
    }

    private boolean conflict(int a, int b) {
        return touches.get(a).stream()
                .anyMatch(one -> touches.get(b).stream().anyMatch(other -> one.conflictsWith(other)));
    }

    Run begin() {
        return new Run();
    }

    /**
     * One run of the batch on a world of its own. A call sees the contents of all keys that overlap those it touches,
     * takes its time, and leaves a hash of what it saw in the keys that it writes. So a change of order shows if it
     * matters. Thread-safe.
     */
    final class Run {

        private final Map<String, String> state = new ConcurrentHashMap<>();
        private final Map<Integer, String> sights = new ConcurrentHashMap<>();
        private volatile boolean repeated;

        String call(int step, int millis) throws InterruptedException {
            Map<String, String> seen = new TreeMap<>();
            for (Touch touch : touches.get(step)) {
                state.forEach((path, value) -> {
                    if (Touch.overlap(path, touch.path())) {
                        seen.put(path, value);
                    }
                });
            }
            if (millis > 0) {
                Thread.sleep(millis);
            }
            if (sights.put(step, seen.toString()) != null) {
                repeated = true;
            }
            String left = Integer.toHexString((step + " " + seen).hashCode());
            for (Touch touch : touches.get(step)) {
                if (touch.write()) {
                    state.put(touch.path(), left);
                }
            }
            return left;
        }

        /** Whether the state and what each call saw equal those of the serial run, and each call ran once. */
        boolean isAsSerial() {
            return !repeated && state.equals(serial.state) && sights.equals(serial.sights);
        }
    }
}
