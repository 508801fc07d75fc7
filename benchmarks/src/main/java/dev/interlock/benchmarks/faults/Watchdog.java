package dev.interlock.benchmarks.faults;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Detects hanging rounds. Thread-safe. */
final class Watchdog {

    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(30);

    private record Watched(Log log, long since) {}

    private final Map<ScriptedBatch, Watched> rounds = new ConcurrentHashMap<>();
    private final Consumer<String> onHang;

    /**
     * Creates a watchdog.
     *
     * @param onHang called for a hanging round, whose thread will not come back
     */
    Watchdog(Consumer<String> onHang) {
        this.onHang = onHang;
    }

    void watch(ScriptedBatch batch, Log log) {
        rounds.put(batch, new Watched(log, System.nanoTime()));
    }

    void done(ScriptedBatch batch) {
        rounds.remove(batch);
    }

    /** Looks for hanging rounds; call it regularly. */
    void look() {
        long now = System.nanoTime();
        rounds.forEach((batch, watched) -> {
            if (now - watched.since() > MOST_NANOS && rounds.remove(batch) != null) {
                watched.log().violation("no hang", "a round takes more than 30 s: " + batch);
                onHang.accept("threads: " + dump(watched.log().name));
            }
        });
    }

    /** Writes all threads, including virtual ones, to a file. */
    String dump(String name) {
        try {
            Path file = Files.createTempDirectory("interlock-faults").resolve("threads.txt");
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .dumpThreads(file.toString(), ThreadDumpFormat.TEXT_PLAIN);
            System.err.println(name + ": threads are in " + file);
            return file.toString();
        } catch (IOException e) {
            return e.toString();
        }
    }
}
