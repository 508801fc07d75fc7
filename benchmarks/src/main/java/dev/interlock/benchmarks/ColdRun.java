package dev.interlock.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A JVM that runs one workload in one mode from its first chat on, and prints how long chats take after given numbers
 * of others.
 */
final class ColdRun {

    /** The most chats to measure after a given number of others; after none, only one. */
    private static final int MOST_MEASURED = 200;

    private static final int LEAST_MEASURED = 10;

    private ColdRun() {}

    /** Returns the µs of a chat by the number of earlier ones; without numbers that the JVM did not reach in time. */
    static Map<Integer, Double> inNewJvm(Workload workload, Mode mode, int seconds, List<Integer> after)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ColdRun.class.getName(),
                workload.name(),
                mode.name(),
                Integer.toString(seconds)));
        after.forEach(chats -> command.add(chats.toString()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Map<Integer, Double> micros = new HashMap<>();
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ", 2);
                micros.put(Integer.valueOf(words[0]), Double.valueOf(words[1]));
            }
        }
        int exit = process.waitFor();
        if (exit != 0) {
            throw new IllegalStateException(workload + " in mode " + mode + " ended with " + exit);
        }
        return micros;
    }

    /**
     * Runs.
     *
     * @param args workload, mode, most seconds, and the numbers of chats to measure after, ascending
     */
    public static void main(String[] args) {
        Workload workload = Workload.valueOf(args[0]);
        long begin = System.nanoTime();
        Assistant assistant = Mode.valueOf(args[1]).assistant(workload);
        double buildMicros = (System.nanoTime() - begin) / 1e3;
        long deadline = begin + Integer.parseInt(args[2]) * 1_000_000_000L;
        int chats = 0;
        for (String each : Arrays.asList(args).subList(3, args.length)) {
            int after = Integer.parseInt(each);
            int measured = after == 0 ? 1 : Math.max(LEAST_MEASURED, Math.min(MOST_MEASURED, after / 5));
            while (chats < after && System.nanoTime() - deadline < 0) {
                nanos(assistant);
                chats++;
            }
            if (chats < after) {
                return;
            }
            double[] micros = new double[measured];
            for (int i = 0; i < measured; i++) {
                micros[i] = nanos(assistant) / 1e3;
            }
            chats += measured;
            System.out.println(after + " " + (Comparison.median(micros) + (after == 0 ? buildMicros : 0)));
        }
    }

    private static long nanos(Assistant assistant) {
        long start = System.nanoTime();
        String answer = assistant.chat("go");
        long nanos = System.nanoTime() - start;
        if (!answer.equals(ScriptedModel.ANSWER)) {
            throw new IllegalStateException("the model's answer did not come through");
        }
        return nanos;
    }
}
