import dev.interlock.call.CallResult;
import dev.interlock.call.RetryPolicy;
import dev.interlock.call.ToolCall;
import dev.interlock.call.ToolPolicy;
import dev.interlock.effect.Effects;
import dev.interlock.execution.ToolCallExecutor;
import dev.interlock.execution.ToolDefinition;
import dev.interlock.execution.ToolSet;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Runs batches whose tools tell the user that they see. Given the name of a batch, tells outcomes and threads. */
public final class ScopedUserRun implements Function<String, List<String>> {

    private final CyclicBarrier two = new CyclicBarrier(2);
    private final AtomicInteger attempts = new AtomicInteger();
    private final ToolCallExecutor executor = ToolCallExecutor.builder()
            .contextPropagator(new ScopedUser())
            // A call with a limit never runs on the owner, however brief it was before.
            .policy("meet", ToolPolicy.builder().timeout(Duration.ofMinutes(1)).build())
            .policy(
                    "flaky",
                    ToolPolicy.builder()
                            .retry(RetryPolicy.builder()
                                    .initialDelay(Duration.ZERO)
                                    .build())
                            .build())
            .build();
    private final ToolSet tools = ToolSet.of(
            ToolDefinition.of("meet", Effects.pure(), call -> {
                two.await(20, TimeUnit.SECONDS);
                return user();
            }),
            ToolDefinition.of("alone", Effects.exclusive(), call -> user()),
            ToolDefinition.of("flaky", Effects.pure(), call -> {
                if (attempts.incrementAndGet() < 3) {
                    throw new IllegalStateException(user());
                }
                return user() + " at attempt " + attempts;
            }),
            ToolDefinition.of("rebind", Effects.exclusive(), call -> ScopedValue.where(ScopedUser.USER, "bob")
                    .call(() -> run("meet", "meet").toString())),
            ToolDefinition.of("fail", Effects.pure(), call -> {
                throw new IllegalStateException("not for " + user());
            }));

    @Override
    public List<String> apply(String batch) {
        String[] calls = batch.split(" ");
        return calls[0].equals("unbound")
                ? run(calls[1])
                : ScopedValue.where(ScopedUser.USER, "ann").call(() -> run(calls));
    }

    private List<String> run(String... names) {
        List<ToolCall> calls = List.of(names).stream()
                .map(name -> new ToolCall(null, name, null))
                .toList();
        return executor.execute(calls, tools).stream().map(ScopedUserRun::told).toList();
    }

    private static String told(CallResult result) {
        return result.thread() + " " + result.outcome();
    }

    private static String user() {
        return ScopedUser.USER.orElse("nobody");
    }
}
