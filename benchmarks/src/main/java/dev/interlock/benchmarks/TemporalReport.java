package dev.interlock.benchmarks;

import dev.interlock.call.CallResult;
import dev.interlock.execution.Concurrency;
import dev.interlock.execution.ToolSet;
import dev.interlock.temporal.RoundClient;
import dev.interlock.temporal.TemporalRounds;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.WorkflowReplayer;
import io.temporal.worker.Worker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Runs recorded batches as workflows on Temporal's in-memory server, and replays their histories. It counts runs whose
 * state or results differ from the serial run, and replays that are not deterministic. A replay has no tools, because
 * the history must have everything that it needs.
 */
@Command(name = "TemporalReport", mixinStandardHelpOptions = true, sortOptions = false)
public final class TemporalReport implements Callable<Integer> {

    private static final String QUEUE = "rounds";

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "recorded traces as JSON Lines")
    private List<Path> files = List.of();

    @Option(names = "--sleep", defaultValue = "2", description = "most ms a call; default ${DEFAULT-VALUE}")
    private int sleepMillis;

    private TemporalReport() {}

    /**
     * Prints the report. Exits with 1 if a run differs from the serial one, or a replay fails.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new TemporalReport()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        boolean good = true;
        for (Path file : files) {
            good &= report(file);
        }
        return good ? 0 : 1;
    }

    private boolean report(Path file) throws IOException {
        List<TraceBatch> batches = TraceBatch.read(file);
        List<WorkflowExecutionHistory> histories = new ArrayList<>();
        long start = System.nanoTime();
        int different = run(batches, TraceBatch.tools(batches), histories);
        double seconds = (System.nanoTime() - start) / 1e9;
        int undeterministic = replay(histories);
        int calls = batches.stream().mapToInt(batch -> batch.calls().size()).sum();
        System.out.printf(
                Locale.ROOT,
                "%s: %d batches (%d calls) as workflows in %.1f s: %d differ from serial; %d histories replayed: %d not"
                        + " deterministic%n",
                file.getFileName(),
                batches.size(),
                calls,
                seconds,
                different,
                histories.size(),
                undeterministic);
        return different == 0 && undeterministic == 0 && histories.size() == batches.size();
    }

    private int run(List<TraceBatch> batches, ToolSet tools, List<WorkflowExecutionHistory> histories) {
        int different = 0;
        try (TestWorkflowEnvironment server = TestWorkflowEnvironment.newInstance();
                TemporalRounds rounds = TemporalRounds.builder(tools)
                        .maxConcurrency(Concurrency.UNLIMITED)
                        .build()) {
            rounds.registerWith(server.newWorker(QUEUE));
            server.start();
            RoundClient client = new RoundClient(server.getWorkflowClient(), QUEUE);
            for (TraceBatch batch : batches) {
                // Later calls are shorter, so a call that may overtake another one does.
                int size = batch.calls().size();
                batch.begin(call -> sleepMillis * (size - call) / size);
                List<CallResult> results = client.execute(batch.id(), batch.calls());
                boolean same = batch.isAsSerial()
                        && results.stream().allMatch(CallResult::isSuccess)
                        && results.stream().map(CallResult::call).toList().equals(batch.calls());
                if (!same) {
                    different++;
                    System.out.println("differs from serial: " + batch.id());
                }
                histories.add(server.getWorkflowClient().fetchHistory(batch.id()));
            }
        }
        return different;
    }

    private static int replay(List<WorkflowExecutionHistory> histories) {
        int failures = 0;
        try (TestWorkflowEnvironment server = TestWorkflowEnvironment.newInstance();
                TemporalRounds rounds = TemporalRounds.builder(ToolSet.of()).build()) {
            Worker worker = server.newWorker(QUEUE);
            rounds.registerWith(worker);
            for (WorkflowExecutionHistory history : histories) {
                try {
                    WorkflowReplayer.replayWorkflowExecution(history, worker);
                } catch (Exception e) {
                    failures++;
                    System.out.println("not deterministic: "
                            + history.getWorkflowExecution().getWorkflowId() + ": " + e.getMessage());
                }
            }
        }
        return failures;
    }
}
