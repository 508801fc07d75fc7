package dev.interlock.jdbc.journal.kill;

import dev.interlock.jdbc.PostgresServer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Kills a process again and again. When, is told by its progress: it says so before and after each entry of its
 * journal, and where a tool begins and ends, and is killed after a random number of these points; some lives end while
 * they start, or finish what the life before has left. The last life ends by itself; then the {@link Checker} judges
 * what the {@link Witness} saw.
 */
final class Kills {

    /** Of so many lives one ends before it has opened its journal, or soon after. */
    private static final int EARLY = 20;

    private static final int MOST_EARLY_MICROS = 300_000;

    /** After so many points a life ends at the latest: some rounds on each of its threads. */
    private static final int MOST_POINTS = 150;

    /** A kill takes as long as the way to another point; so that it comes anywhere in between. */
    private static final int MOST_JITTER_NANOS = 300_000;

    private final Journals journals;
    private final Path folder;
    private final String where;
    private final Path witness;
    private final long seed;
    private final SplittableRandom random;
    private final int kills;

    private final String classPath;

    Kills(Journals journals, Path folder, long seed, int kills) throws IOException {
        this.journals = journals;
        this.folder = folder;
        this.witness = folder.resolve("witness");
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.kills = kills;
        this.classPath = classPath();
        Files.createDirectories(folder.resolve("store"));
        this.where = switch (journals) {
            case FILE, FILE_IN_BATCHES -> folder.resolve("rounds.journal").toString();
            case H2 -> "jdbc:h2:file:" + folder.resolve("journal");
            case POSTGRESQL -> PostgresServer.get().orElseThrow().url("postgres");
        };
    }

    /** What came of it. */
    record Report(Journals journals, int kills, long seed, long seconds, Checker checker) {
        @Override
        public String toString() {
            return "%s: %d kills in %d s, %d of them in mid-round; seed %d%n"
                            .formatted(journals, kills, seconds, checker.livesInMidRound(), seed)
                    + Stream.of(Checker.Seen.values())
                            .map(seen -> "  %5d %s%n".formatted(checker.count(seen), seen.words()))
                            .collect(Collectors.joining())
                    + "  %5d faults%n  %s".formatted(checker.faults().size(), checker.others());
        }
    }

    Report run() throws IOException, InterruptedException {
        long start = System.nanoTime();
        // Not of a run before, in a database that lives longer.
        String run = UUID.randomUUID().toString().substring(0, 8);
        live(run + "." + 0, 5);
        for (int life = 1; life <= kills; life++) {
            kill(run + "." + life);
        }
        live(run + "." + (kills + 1), 5);
        // What that has left suspended.
        live(run + "." + (kills + 2), 0);
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
        return new Report(journals, kills, seed, seconds, Checker.of(Files.readAllLines(witness)));
    }

    private void live(String life, int rounds) throws IOException, InterruptedException {
        Process process = builder(life, rounds)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("life " + life + " did not end by itself: " + log());
        }
    }

    private void kill(String life) throws IOException, InterruptedException {
        Process process = builder(life, KilledProcess.WITHOUT_END).start();
        try {
            if (random.nextInt(EARLY) == 0) {
                LockSupport.parkNanos(random.nextInt(MOST_EARLY_MICROS) * 1_000L);
            } else {
                awaitPoints(process, 1 + random.nextInt(MOST_POINTS), life);
                long until = System.nanoTime() + random.nextInt(MOST_JITTER_NANOS);
                while (System.nanoTime() < until) {
                    Thread.onSpinWait();
                }
            }
        } finally {
            process.destroyForcibly();
            process.waitFor();
        }
    }

    /** Waits until it has come to so many points. */
    private void awaitPoints(Process process, int points, String life) throws IOException {
        InputStream said = process.getInputStream();
        int seen = 0;
        while (seen < points) {
            int more = said.read(new byte[points - seen]);
            if (more < 0) {
                throw new IOException("life " + life + " ended before it was killed: " + log());
            }
            seen += more;
        }
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    private ProcessBuilder builder(String life, int rounds) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                // Makes a start cheap: the first life, which ends by itself, writes what the others begin with.
                "-XX:+AutoCreateSharedArchive",
                "-XX:SharedArchiveFile=" + folder.resolve("classes.jsa")));
        command.addAll(List.of("-Xlog:disable", "-cp", classPath, KilledProcess.class.getName()));
        command.addAll(List.of(journals.name(), where, folder.toString(), life, Integer.toString(rounds)));
        File log = folder.resolve("log").toFile();
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log));
    }

    /** With folders as archives, as the sharing of classes needs them. */
    private String classPath() throws IOException {
        List<String> parts = new ArrayList<>();
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        for (String part : all.split(File.pathSeparator, -1)) {
            boolean packed = !part.isEmpty() && Files.isDirectory(Path.of(part));
            parts.add(packed ? packed(Path.of(part), parts.size()).toString() : part);
        }
        return String.join(File.pathSeparator, parts);
    }

    private Path packed(Path classes, int number) throws IOException {
        Path archive = folder.resolve(number + ".jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(archive));
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(
                        new JarEntry(classes.relativize(file).toString().replace(File.separatorChar, '/')));
                Files.copy(file, out);
                out.closeEntry();
            }
        }
        return archive;
    }

    /**
     * {@code java ... Kills 1000 [FILE FILE_IN_BATCHES H2 POSTGRESQL]}: kills as many processes, with these journals
     * together, or all, and says what was seen.
     */
    public static void main(String[] args) throws Exception {
        List<Journals> all = args.length == 1
                ? List.of(Journals.values())
                : List.of(args).subList(1, args.length).stream()
                        .map(Journals::valueOf)
                        .toList();
        int kills = Math.ceilDiv(Integer.parseInt(args[0]), all.size());
        boolean good = true;
        for (Journals each : all) {
            Path folder = Files.createTempDirectory("interlock-kills");
            Report report = new Kills(each, folder, System.nanoTime(), kills).run();
            System.out.println(report);
            report.checker().faults().forEach(System.out::println);
            good &= report.checker().faults().isEmpty();
        }
        System.exit(good ? 0 : 1);
    }
}
