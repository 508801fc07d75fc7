package dev.interlock.race;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Starts a JVM for each row, one after another, and prints the table. */
public final class ToolRace {

    private static final int MINUTES_A_ROW = 8;

    private ToolRace() {}

    /**
     * Takes the folder of the peers' modules, {@code --only MODULE,...} for a selection, {@code --keep} to reuse
     * finished rows of an earlier run, and files of recorded batches.
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path modules = Path.of(args[0]);
        List<String> only = List.of();
        boolean keep = false;
        List<Path> files = new ArrayList<>();
        for (int i = 1; i < args.length; i++) {
            if (args[i].equals("--only") && i + 1 < args.length) {
                only = List.of(args[++i].split(",", -1));
            } else if (args[i].equals("--keep")) {
                keep = true;
            } else {
                files.add(Path.of(args[i]).toAbsolutePath());
            }
        }
        if (files.isEmpty()) {
            System.err.println("usage: mvn -q -Prace -Dargs=\"[--only MODULE,...] [--keep] FILE...\"; see README.md");
            System.exit(2);
        }
        List<String> chosen = only;
        System.out.println(machine());
        List<RowResult> results = new ArrayList<>();
        for (Peer peer : Peer.ALL) {
            // The first are the yardsticks.
            if (chosen.isEmpty() || chosen.contains(peer.module()) || results.isEmpty()) {
                if (!Files.exists(
                        modules.resolve(peer.module()).resolve("target").resolve("race.classpath"))) {
                    System.err.println(peer.module() + ": not built");
                    continue;
                }
                for (int row = 0; row < peer.rows(); row++) {
                    results.add(result(modules.resolve(peer.module()), peer, row, files, keep));
                }
            }
        }
        System.out.println(machine());
        System.out.println();
        RaceTable table = new RaceTable(results, files);
        System.out.println(table.text());
        System.out.println("In short:\n");
        System.out.println(table.shortText());
    }

    private static RowResult result(Path module, Peer peer, int row, List<Path> files, boolean keep)
            throws IOException, InterruptedException {
        Path earlier = out(module, row);
        if (keep && Files.exists(earlier)) {
            RowResult result = RowResult.read(earlier);
            if (result.isComplete()) {
                return result;
            }
        }
        return run(module, peer, row, files);
    }

    private static Path out(Path module, int row) {
        return module.resolve("target").resolve("race." + row + ".jsonl");
    }

    private static RowResult run(Path module, Peer peer, int row, List<Path> files)
            throws IOException, InterruptedException {
        Path target = module.resolve("target");
        Path out = out(module, row);
        Files.deleteIfExists(out);
        File log = target.resolve("race." + row + ".log").toFile();
        String classPath =
                target.resolve("classes") + File.pathSeparator + Files.readString(target.resolve("race.classpath"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-classpath",
                classPath,
                PeerProcess.class.getName(),
                peer.framework(),
                Integer.toString(row),
                out.toString()));
        files.forEach(file -> command.add(file.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        if (!process.waitFor(MINUTES_A_ROW, TimeUnit.MINUTES)) {
            process.destroyForcibly().waitFor();
        }
        RowResult result = Files.exists(out) ? RowResult.read(out) : new RowResult(List.of());
        System.err.printf("%s: exit code %d, see %s%n", result.name(), process.exitValue(), log);
        return result;
    }

    private static String machine() {
        return String.format(
                Locale.ROOT,
                "%s, %d processors, load %.1f, JDK %s",
                Instant.now().truncatedTo(ChronoUnit.SECONDS),
                Runtime.getRuntime().availableProcessors(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                Runtime.version());
    }
}
