package dev.interlock.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.interlock.learn.ObservationLines;
import dev.interlock.learn.ObservedCall;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A recorded batch, and what an observer would have seen.
 *
 * @param task the task of the batch
 * @param isEpisode whether it has all calls of its task and so repeats those of the turns
 * @param batch the calls with a world for them
 * @param observed what each call touched
 */
record LearningRow(String task, boolean isEpisode, TraceBatch batch, List<ObservedCall> observed) {

    static List<LearningRow> read(Path file) throws IOException {
        return JsonLines.read(file).stream()
                .filter(row -> !row.path("calls").isEmpty())
                .map(LearningRow::of)
                .toList();
    }

    static LearningRow of(JsonNode row) {
        List<ObservedCall> observed = ObservationLines.parse(row.toString());
        return new LearningRow(
                String.valueOf(observed.getFirst().run()),
                row.path("unit").asText().equals("episode"),
                TraceBatch.parse(row),
                observed);
    }
}
