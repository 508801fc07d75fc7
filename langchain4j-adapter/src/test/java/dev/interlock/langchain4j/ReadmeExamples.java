package dev.interlock.langchain4j;

import dev.interlock.call.CallResult;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Pure;
import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.interlock.event.RoundEvent;
import dev.interlock.execution.Cancellation;
import dev.interlock.execution.ResultLimit;
import dev.interlock.execution.ResultLimit.WhenLonger;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import dev.interlock.plan.CallPlan;
import dev.interlock.report.RoundLogger;
import dev.interlock.report.RunRecorder;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.service.tool.ToolService;
import java.time.Duration;
import java.util.List;

/** The examples of the README, compiled; {@link ReadmeTest} compares the two and runs some. */
final class ReadmeExamples {

    interface Assistant {
        String chat(String message);
    }

    /** Stands for the reader's own code. */
    static final class Bank {
        String balance(String id) {
            return "balance of " + id;
        }

        String transfer(String from, String to, double amount) {
            return amount + " from " + from + " to " + to;
        }

        String close(String id) {
            return "closed " + id;
        }

        double rate(String currency) {
            return currency.length();
        }
    }

    static final Bank bank = new Bank();

    static class BankTools {

        @Tool("Reads the balance of an account")
        @Reads("account/{id}")
        String balance(@P("the account") String id) {
            return bank.balance(id);
        }

        @Tool("Transfers money")
        @Writes({"account/{from}", "account/{to}"})
        String transfer(String from, String to, double amount) {
            return bank.transfer(from, to, amount);
        }

        @Tool("Converts an amount")
        @Pure
        double convert(double amount, String currency) {
            return amount * bank.rate(currency);
        }
    }

    private ReadmeExamples() {}

    static Assistant oneLine(ChatModel model) {
        // spotless:off
        ParallelTools parallel = ParallelTools.builder().build();

        Assistant assistant = parallel.aiServices(Assistant.class)     // was: AiServices.builder(Assistant.class)
                .chatModel(model)
                .tools(new BankTools())
                .build();
        // spotless:on
        return assistant;
    }

    static ParallelTools listening() {
        // spotless:off
        RunRecorder recorder = new RunRecorder(100);           // the last 100 rounds

        ParallelTools parallel = ParallelTools.builder()
                .listener(recorder)
                .listener(new RoundLogger())                   // one INFO line a round
                .build();
        // spotless:on
        return parallel;
    }

    static ParallelTools limits() {
        // spotless:off
        ParallelTools parallel = ParallelTools.builder()
                .maxConcurrency(20)                            // calls of a response at a time; 5 by default
                .timeout(Duration.ofSeconds(30))               // of an attempt; none by default
                .callTimeout(Duration.ofMinutes(1))            // of a call with its waits
                .roundTimeout(Duration.ofMinutes(2))           // of all calls of a response; the loop goes on
                .policy("search", ToolPolicy.builder().timeout(Duration.ofSeconds(5)).priority(1).build())
                .effects("log", Effects.writes("log"))
                .listener(event -> {
                    if (event instanceof RoundEvent.RoundEnded ended) {
                        System.out.println(ended.report().plan());
                        System.out.println(ended.report().timeline());
                    }
                })
                .build();
        // spotless:on
        return parallel;
    }

    static ParallelTools resilience(List<String> audit) {
        // spotless:off
        ParallelTools parallel = ParallelTools.builder()
                .totalConcurrency(50)                          // calls of all conversations at a time
                .groupConcurrency(3, "github_*")               // calls of some tools, in all conversations
                .policy("search", ToolPolicy.builder()
                        .maxConcurrency(10)                    // calls of one tool, in all conversations
                        .retry(RetryPolicy.builder().maxAttempts(4).initialDelay(Duration.ofMillis(100)).build())
                        .build())
                .maxCallsPerBatch(100)                         // the others get an error result
                .resultLimit(new ResultLimit(64_000, WhenLonger.CUT))
                .coalescing(true)                              // equal reads of a response are executed once
                .exclusiveAcrossConversations(true)            // conflicting calls of two conversations do not overlap
                .interceptor(call -> {                         // around every call
                    audit.add(call.call().tool());
                    return call.proceed();
                })
                .build();
        // spotless:on
        return parallel;
    }

    static String cancellable(Assistant assistant) throws Exception {
        // spotless:off
        Cancellation cancellation = new Cancellation();
        String reply = cancellation.call(() -> assistant.chat("Pay what is due"));   // elsewhere: cancellation.cancel("stop")
        // spotless:on
        return reply;
    }

    static List<ToolExecutionResultMessage> handWritten(ParallelTools parallel, ChatModel model, ChatRequest request) {
        // spotless:off
        AiMessage answer = model.chat(request).aiMessage();
        List<ToolExecutionResultMessage> results = parallel.execute(answer, ToolService.findTools(new BankTools()));
        // spotless:on
        return results;
    }

    static AutoCloseable globally(ParallelTools parallel) {
        // spotless:off
        AutoCloseable off = ParallelTools.installGlobally(parallel);
        // spotless:on
        return off;
    }

    static TaskResult task(ChatModel model) {
        // spotless:off
        TaskAgent agent = TaskAgent.builder()
                .chatModel(model)                              // or .streamingChatModel(model)
                .tools(new BankTools())
                .timeout(Duration.ofMinutes(2))                // none by default
                .build();

        TaskResult result = agent.execute("Compare the balances of accounts 42 and 43");
        System.out.println(result.end() + ": " + result.answer());
        System.out.println(result.calls().size() + " calls, " + result.failedCalls().size() + " failed, "
                + result.timeSaved().toMillis() + " ms saved");
        // spotless:on
        return result;
    }

    static List<CallResult> withoutLangChain4j(List<ToolCall> calls) {
        // spotless:off
        ToolCallExecutor executor = ToolCallExecutor.builder().maxConcurrency(5).build();
        ToolSet tools = ToolSet.of(
                ToolDefinition.of("balance", Effects.reads("account/{id}"), call -> bank.balance(call.arguments().get("id").asText())),
                ToolDefinition.of("close", Effects.writes("account/{id}"), call -> bank.close(call.arguments().get("id").asText())));

        CallPlan plan = executor.plan(calls, tools);           // which call waits for which, and why; also as Mermaid
        List<CallResult> results = executor.execute(calls, tools);
        // spotless:on
        if (plan.calls().size() != results.size()) {
            throw new AssertionError(plan);
        }
        return results;
    }
}
