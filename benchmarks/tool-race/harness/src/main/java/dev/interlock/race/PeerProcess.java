package dev.interlock.race;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The program of a child JVM. It runs all trials of one row, and writes the results as JSON Lines. */
final class PeerProcess {

    private static final int MILLIS = 20;

    private final Row row;
    private final Writer out;

    private PeerProcess(Row row, Writer out) {
        this.row = row;
        this.out = out;
    }

    /** Takes the framework's class, the row's number, the file to write, and the files of recorded batches. */
    public static void main(String[] args) throws Exception {
        Framework framework =
                (Framework) Class.forName(args[0]).getDeclaredConstructor().newInstance();
        Row row = framework.rows().get(Integer.parseInt(args[1]));
        try (Writer out = Files.newBufferedWriter(Path.of(args[2]))) {
            new PeerProcess(row, out)
                    .run(List.of(args).subList(3, args.length).stream()
                            .map(Path::of)
                            .toList());
        }
        // Threads that a framework left running are its own business.
        Runtime.getRuntime().halt(0);
    }

    private void run(List<Path> files) throws IOException, InterruptedException {
        write(Json.object().add("trial", "row").add("name", row.name()).add("settings", row.settings()));
        for (Path file : files) {
            // Long enough that calls end in another order than they start.
            RecordedTrial.Outcome outcome =
                    new RecordedTrial(Batch.read(file)).run(row, step -> 2 + (step * 7 + 3) % 4);
            write(Json.object()
                    .add("trial", "right")
                    .add("file", file.getFileName().toString())
                    .add("batches", outcome.batches())
                    .add("wrong", outcome.wrong())
                    .add(
                            "failures",
                            String.join(
                                    "; ", outcome.failures().stream().distinct().toList())));
        }
        for (Verdict verdict : new SafeTrials(row).all()) {
            write(Json.object()
                    .add("trial", verdict.trial())
                    .add("held", verdict.held())
                    .add("detail", verdict.detail()));
        }
        long nanos = 0;
        long critical = 0;
        for (Path file : files) {
            RecordedTrial trial = new RecordedTrial(Batch.read(file));
            List<Long> once = trial.run(row, step -> MILLIS).nanos();
            List<Long> again = trial.run(row, step -> MILLIS).nanos();
            for (int i = 0; i < once.size(); i++) {
                // The machine's other load can only make it slower, so the shorter time counts.
                nanos += Math.min(once.get(i), again.get(i));
            }
            critical += trial.criticalPath();
        }
        write(number("fast", nanos / 1e6 / (critical * MILLIS)));
        OverheadTrial.Micros overhead = new OverheadTrial().measure(row);
        write(number("chat of 1", overhead.one()));
        write(number("chat of 8", overhead.eight()));
    }

    private static JsonObject number(String trial, double value) {
        return Json.object().add("trial", trial).add("value", String.format(Locale.ROOT, "%.2f", value));
    }

    private void write(JsonObject line) throws IOException {
        out.write(line + "\n");
        out.flush();
    }
}
