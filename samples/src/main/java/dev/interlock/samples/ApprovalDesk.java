package dev.interlock.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.CompletableFuture.completedFuture;

import dev.interlock.durable.Decision;
import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.interlock.execution.Approval;
import dev.interlock.execution.ApprovalInterceptor;
import dev.interlock.langchain4j.InvocationSuspendedException;
import dev.interlock.langchain4j.ParallelTools;
import dev.interlock.langchain4j.SuspendedInvocation;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.model.chat.ChatModel;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Shows an approval that takes days. One process asks the model and ends while a refund waits for its approval. Another
 * process goes on when the approval comes. In between only two files exist: the memory of the conversation and the
 * suspended invocation.
 */
public final class ApprovalDesk {

    static final String QUESTION = "Refund 249.00 to account 1007, and tell me the balance before and after.";

    private final Path suspended;
    private final ParallelTools parallel;
    private final Assistant assistant;

    /** The AI service of the desk. */
    interface Assistant {
        String chat(String message);
    }

    /** The tools that the model may call. */
    static final class Accounts {
        private final PrintStream out;

        Accounts(PrintStream out) {
            this.out = out;
        }

        @Tool("Returns the balance of an account")
        @Reads("account/{account}")
        String balance(@P(name = "account") String account) {
            return "balance of " + account + " looked up";
        }

        @Tool("Pays money back to an account")
        @Writes("account/{account}")
        String refund(@P(name = "account") String account, @P(name = "amount") String amount) {
            out.println("  refunded " + amount + " to " + account);
            return amount + " refunded to " + account;
        }
    }

    ApprovalDesk(Path folder, ChatModel model, PrintStream out) {
        this.suspended = folder.resolve("suspended.json");
        this.parallel = ParallelTools.builder()
                .interceptor(ApprovalInterceptor.builder(
                                call -> completedFuture(Approval.pending("the accounts department")))
                        .build())
                .build();
        this.assistant = parallel.aiServices(Assistant.class)
                .chatModel(model)
                .chatMemory(MessageWindowChatMemory.builder()
                        .maxMessages(100)
                        .chatMemoryStore(new MemoryFile(folder.resolve("memory.json")))
                        .build())
                .tools(new Accounts(out))
                .build();
    }

    /** The first process. Returns the answer, or says which approval it waits for. */
    String ask() throws IOException {
        try {
            return assistant.chat(QUESTION);
        } catch (InvocationSuspendedException e) {
            Files.writeString(suspended, e.suspended().toJson());
            return e.suspended().toString();
        }
    }

    /** Another process. Applies one decision to all calls that wait for an approval. */
    String decide(Decision decision) throws IOException {
        SuspendedInvocation invocation = SuspendedInvocation.fromJson(Files.readString(suspended));
        Map<Integer, Decision> decisions = new HashMap<>();
        invocation.round().pending().forEach(place -> decisions.put(place, decision));
        // Resume each suspended invocation only once, even if the resume fails.
        Files.delete(suspended);
        return parallel.resume(invocation, decisions, () -> assistant.chat(QUESTION));
    }

    /**
     * Runs one of the two processes.
     *
     * @param arguments a folder, and {@code ask}, {@code approve} or {@code refuse}
     * @throws IOException if a file cannot be read or written
     */
    public static void main(String[] arguments) throws IOException {
        PrintStream out = new PrintStream(System.out, true, UTF_8);
        if (arguments.length != 2) {
            out.println("usage: ApprovalDesk <folder> ask|approve|refuse");
            return;
        }
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        ApprovalDesk desk = new ApprovalDesk(folder, new DeskModel(), out);
        out.println(
                switch (arguments[1]) {
                    case "ask" -> desk.ask();
                    case "approve" -> desk.decide(Decision.approved());
                    case "refuse" -> desk.decide(Decision.refused("the goods have not come back"));
                    default -> "unknown command '" + arguments[1] + "': use ask, approve or refuse";
                });
    }
}
