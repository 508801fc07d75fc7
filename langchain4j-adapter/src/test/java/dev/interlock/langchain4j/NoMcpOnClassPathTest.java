package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;
import static dev.interlock.langchain4j.ScriptedChatModel.calls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.effect.Access;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolProviderResult;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code langchain4j-mcp} is optional: all this runs without it. */
@Timeout(60)
class NoMcpOnClassPathTest {

    /** Loads everything itself, except what is to be missing and what the JDK has. */
    private static final class WithoutMcp extends URLClassLoader {

        WithoutMcp() {
            super(classPath(), ClassLoader.getPlatformClassLoader());
        }

        private static URL[] classPath() {
            return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                    .map(entry -> {
                        try {
                            return Path.of(entry).toUri().toURL();
                        } catch (MalformedURLException e) {
                            throw new IllegalStateException(e);
                        }
                    })
                    .toArray(URL[]::new);
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.startsWith("dev.langchain4j.mcp.")) {
                throw new ClassNotFoundException(name);
            }
            return super.findClass(name);
        }
    }

    @Test
    void tools_run_and_wrapped_ones_too() throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (WithoutMcp loader = new WithoutMcp()) {
            thread.setContextClassLoader(loader);
            assertThatThrownBy(() -> loader.loadClass("dev.langchain4j.mcp.McpToolExecutor"))
                    .isInstanceOf(ClassNotFoundException.class);
            Callable<?> inside = (Callable<?>) loader.loadClass(Inside.class.getName())
                    .getDeclaredConstructor()
                    .newInstance();
            assertThat(inside.getClass()).isNotEqualTo(Inside.class);

            assertThat(inside.call()).isEqualTo("[7 traced, 8 traced] [7 traced, 8 traced] [reads /, reads /]");
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Runs where there is no MCP. */
    public static final class Inside implements Callable<String> {

        record Traced(ToolExecutor executor) implements ToolExecutor {
            @Override
            public String execute(ToolExecutionRequest request, Object memoryId) {
                return executor.execute(request, memoryId) + " traced";
            }
        }

        @Override
        public String call() {
            Rounds rounds = new Rounds();
            ParallelTools parallel =
                    ParallelTools.builder().trustMcp("files").listener(rounds).build();
            AiServiceTool bare = tool("get_id", request -> request.arguments().replaceAll("\\D", ""));
            AiServiceTool traced = bare.toBuilder()
                    .toolExecutor(new Traced(bare.toolExecutor()))
                    .build();
            ToolExecutionRequest[] requests = {
                ScriptedChatModel.call("1", "get_id", "{\"id\": \"7\"}"),
                ScriptedChatModel.call("2", "get_id", "{\"id\": \"8\"}")
            };
            ScriptedChatModel model = ScriptedChatModel.asking(requests);
            parallel.aiServices(Assistant.class)
                    .chatModel(model)
                    .toolProvider(
                            request -> ToolProviderResult.builder().add(traced).build())
                    .build()
                    .chat("go");
            List<String> byHand = parallel.execute(calls(requests), List.of(traced)).stream()
                    .map(ToolExecutionResultMessage::text)
                    .toList();
            List<Access> accesses = rounds.reports().get(1).plan().calls().stream()
                    .flatMap(planned -> planned.accesses().stream())
                    .toList();
            return model.resultTexts() + " " + byHand + " " + accesses;
        }
    }
}
