package dev.interlock.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.effect.Reads;
import dev.interlock.langchain4j.ParallelTools;
import dev.interlock.testing.Reply;
import dev.interlock.testing.ScriptedChatModel;
import dev.langchain4j.agent.tool.Tool;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A context that has a parent uses the parent's {@link ParallelTools}, and leaves it as it is when it closes. */
@Timeout(60)
class ChildContextTest {

    /** Ends only when it is let go. */
    static final class Stubborn {
        final CountDownLatch started = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);

        @Tool("Reads something, and cannot be stopped")
        @Reads("something")
        String stubborn() {
            started.countDown();
            while (release.getCount() > 0) {
                Thread.onSpinWait();
            }
            return "read";
        }
    }

    private static Assistant assistant(ParallelTools tools, ScriptedChatModel model, Object tool) {
        return tools.aiServices(Assistant.class).chatModel(model).tools(tool).build();
    }

    @Test
    void a_child_that_closes_leaves_the_parents_open() {
        Contexts.runner().run(parent -> {
            ParallelTools shared = parent.getBean(ParallelTools.class);
            Contexts.runner()
                    .withParent(parent)
                    .run(child -> assertThat(child.getBean(ParallelTools.class)).isSameAs(shared));
            assertThat(assistant(shared, Contexts.callsAll(1), new Bank()).chat("hello"))
                    .isEqualTo("done");
        });
    }

    @Test
    void a_child_closes_its_own() {
        Contexts.runner().run(parent -> {
            ParallelTools[] own = new ParallelTools[1];
            Contexts.runner()
                    .withParent(parent)
                    .withBean(
                            "own",
                            ParallelTools.class,
                            () -> ParallelTools.builder().build())
                    .run(child -> own[0] = child.getBean("own", ParallelTools.class));
            Assistant late = assistant(own[0], Contexts.callsAll(1), new Bank());
            assertThatThrownBy(() -> late.chat("hello")).isInstanceOf(CancellationException.class);
        });
    }

    @Test
    void a_child_neither_tells_nor_releases_the_parents_abandoned_calls() {
        Contexts.runner()
                .withPropertyValues("interlock.timeout=1ms", "interlock.grace-period=1ms")
                .run(parent -> {
                    Stubborn tool = new Stubborn();
                    ParallelTools shared = parent.getBean(ParallelTools.class);
                    // The limit may pass before the tool begins.
                    while (tool.started.getCount() > 0) {
                        ScriptedChatModel model =
                                ScriptedChatModel.of(Reply.calls(Reply.call("stubborn", "{}")), Reply.text("done"));
                        assertThat(assistant(shared, model, tool).chat("hello")).isEqualTo("done");
                    }
                    long id = shared.abandoned().getFirst().id();
                    Contexts.runner().withParent(parent).run(child -> {
                        AbandonedCalls ofChild = child.getBean("interlockAbandonedCalls", AbandonedCalls.class);
                        assertThat(ofChild.list()).isEmpty();
                        assertThat(ofChild.release(id)).isFalse();
                    });
                    assertThat(parent.getBean(AbandonedCalls.class).list()).hasSize(1);
                    assertThat(parent.getBean(AbandonedCalls.class).release(id)).isTrue();
                    tool.release.countDown();
                });
    }
}
