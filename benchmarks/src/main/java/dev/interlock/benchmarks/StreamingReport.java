package dev.interlock.benchmarks;

import dev.interlock.benchmarks.StreamingMode.StreamingAssistant;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Option;

/**
 * Measures the gain from starting calls while the model still writes. LangChain4j's OpenAI client streams from a local
 * server that writes as slowly as a model. The time counts from the first byte of the calls to the request with all
 * results. The modes take turns in random order; medians count.
 */
public final class StreamingReport extends Program {

    private static final String ROW = "%-38s %-24s %8s %10s %14s%n";

    @Option(names = "--calls", defaultValue = "5", description = "calls of the response; default ${DEFAULT-VALUE}")
    private int calls;

    @Option(names = "--tokens", defaultValue = "40", description = "tokens of each call; default ${DEFAULT-VALUE}")
    private int tokens;

    @Option(names = "--rate", defaultValue = "50", description = "tokens a second; default ${DEFAULT-VALUE}")
    private double rate;

    @Option(names = "--runs", defaultValue = "5", description = "runs of each mode; default ${DEFAULT-VALUE}")
    private int runs;

    private StreamingReport() {}

    /**
     * Prints the report.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        run(new StreamingReport(), args);
    }

    @Override
    protected boolean report() throws Exception {
        System.out.printf(
                Locale.ROOT,
                "%d calls of %d tokens at %.0f tokens/s: the response takes %.1f s; medians of %d runs%n",
                calls,
                tokens,
                rate,
                calls * tokens / rate,
                runs);
        warmUp();
        System.out.printf(ROW, "tools", "", "seconds", "after end", "÷ Interlock");
        for (StreamingShape shape : StreamingShape.values()) {
            print(shape, measure(shape));
        }
        return true;
    }

    private void warmUp() throws Exception {
        try (StreamingServer server = new StreamingServer(calls, tokens, 100_000)) {
            Map<StreamingMode, StreamingAssistant> assistants = assistants(server);
            for (int i = 0; i < 3; i++) {
                for (StreamingAssistant assistant : assistants.values()) {
                    seconds(server, assistant, StreamingShape.READS);
                }
            }
        }
    }

    private Map<StreamingMode, Double> measure(StreamingShape shape) throws Exception {
        Map<StreamingMode, List<Double>> samples = new EnumMap<>(StreamingMode.class);
        try (StreamingServer server = new StreamingServer(calls, tokens, rate)) {
            Map<StreamingMode, StreamingAssistant> assistants = assistants(server);
            List<StreamingMode> order = new ArrayList<>(assistants.keySet());
            Random random = new Random(1);
            for (int run = 0; run < runs; run++) {
                Collections.shuffle(order, random);
                for (StreamingMode mode : order) {
                    samples.computeIfAbsent(mode, key -> new ArrayList<>())
                            .add(seconds(server, assistants.get(mode), shape));
                }
            }
        }
        Map<StreamingMode, Double> medians = new EnumMap<>(StreamingMode.class);
        samples.forEach((mode, all) -> medians.put(
                mode,
                Comparison.median(all.stream().mapToDouble(Double::doubleValue).toArray())));
        return medians;
    }

    private static Map<StreamingMode, StreamingAssistant> assistants(StreamingServer server) {
        Map<StreamingMode, StreamingAssistant> assistants = new EnumMap<>(StreamingMode.class);
        for (StreamingMode mode : StreamingMode.values()) {
            assistants.put(
                    mode,
                    mode.assistant(OpenAiStreamingChatModel.builder()
                            .baseUrl(server.baseUrl())
                            .apiKey("no-key-needed")
                            .modelName("m")
                            .build()));
        }
        return assistants;
    }

    private static double seconds(StreamingServer server, StreamingAssistant assistant, StreamingShape shape)
            throws Exception {
        server.expect(shape);
        CompletableFuture<String> answer = new CompletableFuture<>();
        assistant
                .chat("go")
                .onCompleteResponse(
                        response -> answer.complete(response.aiMessage().text()))
                .onError(answer::completeExceptionally)
                .start();
        if (!"answer".equals(answer.get(1, TimeUnit.MINUTES))) {
            throw new IOException("the model's answer did not come through");
        }
        return server.seconds();
    }

    private void print(StreamingShape shape, Map<StreamingMode, Double> medians) {
        double writing = calls * tokens / rate;
        double interlock = medians.get(StreamingMode.INTERLOCK);
        medians.forEach((mode, seconds) -> System.out.printf(
                Locale.ROOT,
                ROW,
                shape.title(),
                mode.title(),
                String.format(Locale.ROOT, "%.2f", seconds),
                String.format(Locale.ROOT, "%.2f", seconds - writing),
                String.format(Locale.ROOT, "%.2f", seconds / interlock)));
    }
}
