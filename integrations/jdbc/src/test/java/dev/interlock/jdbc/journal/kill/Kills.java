package dev.interlock.jdbc.journal.kill;

import dev.interlock.jdbc.PostgresServer;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
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
import java.util.stream.Stream;

/**
 * Kills a process again and again, at points of time that nobody has chosen: while it opens its journal, finishes what the life
 * before has left, runs rounds. The last life ends by itself; then the {@link Checker} judges what the {@link Witness} saw.
 */
final class Kills {

    /** How long after what it has said last a process is killed, at most. */
    private static final int MOST_MICROS = 80_000;

    private static final int MANY = 50;

    private final Journals journals;
    private final Path folder;
    private final String where;
    private final Path witness;
    private final SplittableRandom random;
    private final int kills;

    /** Whether it pays to prepare the start of a process. */
    private final boolean many;

    private final String classPath;

    Kills(Journals journals, Path folder, long seed, int kills) throws IOException {
        this.journals = journals;
        this.folder = folder;
        this.witness = folder.resolve("witness");
        this.random = new SplittableRandom(seed);
        this.kills = kills;
        this.many = kills >= MANY;
        this.classPath = classPath();
        this.where = switch (journals) {
            case FILE, FILE_IN_BATCHES -> folder.resolve("rounds.journal").toString();
            case H2 -> "jdbc:h2:file:" + folder.resolve("journal");
            case POSTGRESQL -> PostgresServer.get().orElseThrow().url("postgres");
        };
    }

    Checker run() throws IOException, InterruptedException {
        // Not of a run before, in a database that lives longer.
        String run = UUID.randomUUID().toString().substring(0, 8);
        live(run + "." + 0, 5);
        for (int life = 1; life <= kills; life++) {
            kill(run + "." + life);
        }
        live(run + "." + (kills + 1), 5);
        return Checker.of(Files.readAllLines(witness));
    }

    private void live(String life, int rounds) throws IOException, InterruptedException {
        Process process = start(life, rounds);
        if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("life " + life + " did not end by itself: " + log());
        }
    }

    private void kill(String life) throws IOException, InterruptedException {
        Process process = start(life, 0);
        try {
            // Some lives end while they open their journal or recover, most while they run rounds.
            int words = Math.min(2, random.nextInt(10));
            await(process, words);
            LockSupport.parkNanos(random.nextInt(MOST_MICROS) * 1_000L);
            if (words > 0 && !process.isAlive()) {
                throw new IOException("life " + life + " ended before it was killed: " + log());
            }
        } finally {
            process.destroyForcibly();
            process.waitFor();
        }
    }

    /** Waits until it has said so many words. */
    private void await(Process process, int words) throws IOException {
        BufferedReader said = process.inputReader();
        for (int i = 0; i < words; i++) {
            if (said.readLine() == null) {
                throw new IOException("a life ended too early: " + log());
            }
        }
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    private Process start(String life, int rounds) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m"));
        if (many) {
            // Makes a start cheap: the first life, which ends by itself, writes what the others begin with.
            command.addAll(
                    List.of("-XX:+AutoCreateSharedArchive", "-XX:SharedArchiveFile=" + folder.resolve("classes.jsa")));
        }
        command.addAll(List.of("-Xlog:disable", "-cp", classPath, KilledProcess.class.getName()));
        command.addAll(List.of(journals.name(), where, witness.toString(), life, Integer.toString(rounds)));
        File log = folder.resolve("log").toFile();
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log))
                .start();
    }

    /** With folders as archives, if classes are to be shared. */
    private String classPath() throws IOException {
        List<String> parts = new ArrayList<>();
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        for (String part : all.split(File.pathSeparator, -1)) {
            boolean packed = many && !part.isEmpty() && Files.isDirectory(Path.of(part));
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
     * {@code java ... Kills 1000 [FILE FILE_IN_BATCHES H2 POSTGRESQL]}: kills as many processes with each of the journals, all
     * by default, and says what was seen.
     */
    public static void main(String[] args) throws Exception {
        int kills = Integer.parseInt(args[0]);
        List<Journals> all = args.length == 1
                ? List.of(Journals.values())
                : List.of(args).subList(1, args.length).stream()
                        .map(Journals::valueOf)
                        .toList();
        boolean good = true;
        for (Journals each : all) {
            Path folder = Files.createTempDirectory("interlock-kills");
            long start = System.nanoTime();
            Checker checker = new Kills(each, folder, start, kills).run();
            System.out.printf(
                    "%s: %d kills in %d s, %d faults, %s%n",
                    each,
                    kills,
                    TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start),
                    checker.faults().size(),
                    checker.counts());
            checker.faults().forEach(System.out::println);
            good &= checker.faults().isEmpty();
        }
        System.exit(good ? 0 : 1);
    }
}
