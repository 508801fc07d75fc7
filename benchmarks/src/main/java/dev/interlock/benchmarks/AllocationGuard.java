package dev.interlock.benchmarks;

import com.sun.management.ThreadMXBean;
import dev.interlock.call.ToolCall;
import dev.interlock.effect.Effects;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Fails if a chat allocates clearly more than recorded. Run it with {@code -DjvmArgs=-Xint}: the interpreter optimises
 * no allocation away. So, unlike times, the figures hardly depend on the machine and its load.
 */
public final class AllocationGuard extends Program {

    private static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    private static final String RECORDED = "allocation.properties";
    private static final String JDK = "jdk";

    /** Of a round that its owner runs alone: it allocates the same each time. */
    private static final double ALLOWED = 1.10;

    /**
     * Of a round with threads: each time that a thread parks, its stack is copied. How often it does varies with the
     * load and with the machine: the code of the record took 1.28 of it on a slower one.
     */
    private static final double ALLOWED_WITH_THREADS = 1.6;

    private static final Set<String> WITH_THREADS = Set.of("NOOP_8", "DISPATCHED_8");
    private static final int CHATS = 200;
    private static final int SAMPLES = 5;

    @Option(
            names = "--record",
            paramLabel = "FILE",
            description = "write the measured figures instead of comparing them")
    private @Nullable Path record;

    private AllocationGuard() {}

    /**
     * Prints measured and recorded allocations. Exits with 1 if a figure exceeds its record by more than allowed.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        run(new AllocationGuard(), args);
    }

    @Override
    protected boolean report() throws IOException {
        Map<String, Long> measured = measure();
        if (record != null) {
            Properties properties = new Properties();
            properties.setProperty(JDK, jdk());
            measured.forEach((name, bytes) -> properties.setProperty(name, bytes.toString()));
            try (Writer out = Files.newBufferedWriter(record)) {
                properties.store(out, "Bytes a chat, without those of LangChain4j; see AllocationGuard");
            }
            return true;
        }
        Properties recorded = new Properties();
        try (InputStream in = AllocationGuard.class.getResourceAsStream(RECORDED)) {
            recorded.load(in);
        }
        String jdk = recorded.getProperty(JDK);
        if (!jdk().equals(jdk)) {
            System.out.printf("recorded on JDK %s, this is %s: not compared%n", jdk, jdk());
            return true;
        }
        boolean over = false;
        System.out.printf("%-12s %12s %12s%n", "", "bytes a chat", "recorded");
        for (Map.Entry<String, Long> each : measured.entrySet()) {
            long most = Long.parseLong(recorded.getProperty(each.getKey(), "0"));
            double allowed = WITH_THREADS.contains(each.getKey()) ? ALLOWED_WITH_THREADS : ALLOWED;
            boolean isOver = each.getValue() > most * allowed;
            over |= isOver;
            System.out.printf(
                    Locale.ROOT,
                    "%-12s %12d %12d   %.2f of %.2f allowed%s%n",
                    each.getKey(),
                    each.getValue(),
                    most,
                    (double) each.getValue() / most,
                    allowed,
                    isOver ? "  OVER" : "");
        }
        return !over;
    }

    /** The JDK of a record. Its threads and collections allocate too, so figures of different JDKs do not compare. */
    private static String jdk() {
        return Integer.toString(Runtime.version().feature());
    }

    private static Map<String, Long> measure() {
        Map<String, Long> bytes = new LinkedHashMap<>();
        for (Workload workload : List.of(Workload.NOOP_1, Workload.NOOP_8, Workload.UNDECLARED_8)) {
            Assistant plain = Mode.SEQUENTIAL_A.assistant(workload);
            Assistant ours = Mode.INTERLOCK.assistant(workload);
            bytes.put(workload.name(), bytes(() -> ours.chat("go")) - bytes(() -> plain.chat("go")));
        }
        ToolCallExecutor executor = ToolCallExecutor.builder().build();
        ToolSet tools = ToolSet.of(ToolDefinition.of("write", Effects.writes("row/{id}"), call -> null));
        List<ToolCall> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            calls.add(ToolCall.parse("call " + i, "write", "{\"id\": " + i + "}"));
        }
        bytes.put("DISPATCHED_8", bytes(() -> executor.execute(calls, tools)));
        return bytes;
    }

    /** The bytes that all threads allocate: the least of several samples, since other work may add to one. */
    private static long bytes(Runnable chat) {
        long least = Long.MAX_VALUE;
        for (int sample = 0; sample <= SAMPLES; sample++) {
            long before = THREADS.getTotalThreadAllocatedBytes();
            for (int i = 0; i < CHATS; i++) {
                chat.run();
            }
            least = Math.min(least, (THREADS.getTotalThreadAllocatedBytes() - before) / CHATS);
        }
        return least;
    }
}
