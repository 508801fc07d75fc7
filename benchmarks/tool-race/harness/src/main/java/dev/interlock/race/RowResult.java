package dev.interlock.race;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The results that a child JVM wrote for its row. */
record RowResult(List<JsonObject> lines) {

    static RowResult read(Path file) throws IOException {
        List<JsonObject> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            lines.add(Json.parse(line).asObject());
        }
        return new RowResult(lines);
    }

    Optional<JsonObject> trial(String name) {
        return lines.stream()
                .filter(line -> line.getString("trial", "").equals(name))
                .findFirst();
    }

    List<JsonObject> right() {
        return lines.stream()
                .filter(line -> line.getString("trial", "").equals("right"))
                .toList();
    }

    String name() {
        return trial("row").map(line -> line.getString("name", "")).orElse("?");
    }

    /** Whether the last trial has a result. */
    boolean isComplete() {
        return trial("chat of 8").isPresent();
    }

    /** Returns a trial's number; NaN if the row did not get that far. */
    double value(String name) {
        return trial(name)
                .map(line -> Double.parseDouble(line.getString("value", "NaN")))
                .orElse(Double.NaN);
    }
}
