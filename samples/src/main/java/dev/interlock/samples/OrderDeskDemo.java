package dev.interlock.samples;

import dev.interlock.event.RoundReport;
import dev.interlock.report.HtmlReport;
import dev.interlock.report.ReportContent;
import dev.interlock.report.RunReport;
import dev.langchain4j.service.tool.ToolExecutionResult;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Handles an order twice: with an agent whose tools Interlock runs, and with the same agent on plain LangChain4j.
 *
 * <p>A local server plays the model, or the demo uses the real one if {@code OPENAI_API_KEY} is set
 * ({@code OPENAI_BASE_URL} and {@code OPENAI_MODEL} are optional). Each agent first handles a small order without
 * measurement, so that neither pays for loading classes.
 *
 * <p>The exit status is 0 if both runs left the same database and gave the model the same results, 2 if they differ
 * although the model requested the same calls, 3 if they differ because a real model requested other calls the second
 * time, and 1 if anything failed.
 */
public final class OrderDeskDemo {

    /** The page that shows what ran when. Maven runs the demo in the folder of the samples. */
    static final Path REPORT = Path.of("target", "order-desk-report.html");

    /** Shows all results: they are short here, and not secret. */
    private static final ReportContent CONTENT = new ReportContent(
            true,
            true,
            500,
            value -> value instanceof ToolExecutionResult result ? result.resultText() : String.valueOf(value));

    private OrderDeskDemo() {}

    /**
     * Runs the demo.
     *
     * @param arguments not used
     */
    public static void main(String[] arguments) {
        // The timeline needs a block character, so set the charset regardless of the platform's.
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.exit(run(out));
    }

    private static int run(PrintStream out) {
        try (OrderDeskModel model = OrderDeskModel.from(System.getenv())) {
            Comparison comparison = run(model, out, REPORT.toAbsolutePath());
            comparison.complaints().forEach(System.err::println);
            return status(comparison);
        } catch (RuntimeException | Error e) {
            e.printStackTrace();
            System.err.println("The demo failed: " + e);
            return 1;
        }
    }

    static int status(Comparison comparison) {
        return comparison.isSame() ? 0 : comparison.isSameCalls() ? 2 : 3;
    }

    static Comparison run(OrderDeskModel model, PrintStream out) {
        return run(model, out, REPORT);
    }

    /** Runs and prints both conversations, and writes the first one's page. The last printed line is the speed-up. */
    static Comparison run(OrderDeskModel model, PrintStream out, Path page) {
        Transcript transcript = new Transcript(out);
        transcript.say("model", model.toString());
        transcript.say("warm-up", "both agents first take a small order, which is not measured");
        Conversation.withInterlock(model, OrderDeskAssistant.SMALL_ORDER);
        Conversation.withLangChain4j(model, OrderDeskAssistant.SMALL_ORDER);

        transcript.heading("Interlock");
        transcript.say("user", OrderDeskAssistant.ORDER);
        Conversation interlock = Conversation.withInterlock(model, OrderDeskAssistant.ORDER);
        transcript.conversation(interlock);
        transcript.heading("Interlock: the database at the end");
        transcript.database(interlock.database());
        out.println();
        out.println("report      " + written(interlock, page));

        transcript.heading("The same with LangChain4j, one call after another");
        Conversation sequential = Conversation.withLangChain4j(model, OrderDeskAssistant.ORDER);
        transcript.callTimes(sequential);

        transcript.heading("Comparison");
        Comparison comparison = new Comparison(interlock, sequential);
        transcript.say(
                "outcome",
                comparison.isSame()
                        ? "same tool results in the same order, same database"
                        : "THE RUNS DIFFER, see the error output");
        transcript.say("in tools", times(interlock.inTools(), sequential.inTools()));
        transcript.say("whole", times(interlock.whole(), sequential.whole()));
        out.println(comparison.speedupLine());
        return comparison;
    }

    /** Says where the page is, or why it is missing. The demo goes on without it. */
    static String written(Conversation conversation, Path page) {
        List<RoundReport> reports = conversation.rounds().stream()
                .map(Round::report)
                .filter(Objects::nonNull)
                .toList();
        try {
            Path folder = page.getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            return Files.writeString(page, HtmlReport.of(new RunReport(reports), CONTENT))
                    .toString();
        } catch (IOException e) {
            return "none: " + e;
        }
    }

    private static String times(Duration interlock, Duration sequential) {
        return "Interlock " + Transcript.millis(interlock) + ", LangChain4j sequential "
                + Transcript.millis(sequential);
    }
}
