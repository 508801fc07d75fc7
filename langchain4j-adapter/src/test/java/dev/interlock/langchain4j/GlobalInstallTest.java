package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.spi.services.AiServiceContextFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@link ParallelTools#installGlobally}, and who makes a service's context otherwise. */
@Timeout(60)
class GlobalInstallTest {

    private final Rounds rounds = new Rounds();

    static class QuickTools {
        @Tool
        String quick() {
            return "quick";
        }
    }

    @Test
    void installed_globally_it_is_in_every_service_built_from_then_on() throws Exception {
        Assistant before = quickAssistant();
        Assistant between;
        try (AutoCloseable installed = ParallelTools.installGlobally(
                ParallelTools.builder().listener(rounds).build())) {
            assertThat(installed).isNotNull();
            between = quickAssistant();
        }
        Assistant after = quickAssistant();

        before.chat("go");
        after.chat("go");
        assertThat(rounds.reports()).isEmpty();

        between.chat("go");
        assertThat(rounds.reports()).hasSize(1);
    }

    private static Assistant quickAssistant() {
        return AiServices.builder(Assistant.class)
                .chatModel(ScriptedChatModel.asking(call("1", "quick", "{}")))
                .tools(new QuickTools())
                .build();
    }

    @Test
    void second_global_install_throws() throws Exception {
        ParallelTools first = ParallelTools.builder().build();
        ParallelTools second = ParallelTools.builder().listener(rounds).build();

        AutoCloseable installed = ParallelTools.installGlobally(first);
        try {
            assertThatThrownBy(() -> ParallelTools.installGlobally(second)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> ParallelTools.installGlobally(first)).isInstanceOf(IllegalStateException.class);
        } finally {
            installed.close();
        }

        try (AutoCloseable again = ParallelTools.installGlobally(second)) {
            installed.close();
            quickAssistant().chat("go");
            assertThat(rounds.reports())
                    .as("what was closed before stays closed")
                    .hasSize(1);
            assertThat(again).isNotNull();
        }
    }

    @Test
    void nothing_cannot_be_installed_globally() {
        assertThatThrownBy(() -> ParallelTools.installGlobally(null)).isInstanceOf(NullPointerException.class);
    }

    /** Another extension's factory, such as that of Quarkus. */
    public static final class NextFactory implements AiServiceContextFactory {
        static final class NextContext extends AiServiceContext {
            NextContext(Class<?> aiServiceClass) {
                super(aiServiceClass);
            }
        }

        @Override
        public AiServiceContext create(Class<?> aiServiceClass) {
            return new NextContext(aiServiceClass);
        }
    }

    @Test
    void next_factory_on_the_class_path_is_asked() throws Exception {
        ParallelTools parallel = ParallelTools.builder().build();

        AiServiceContext off = withNextFactory(() -> AiServiceContext.create(Assistant.class));
        AiServiceContext on = withNextFactory(() -> parallel.aiServiceContext(Assistant.class));
        AiServiceContext none = AiServiceContext.create(Assistant.class);

        assertThat(off).isInstanceOf(NextFactory.NextContext.class);
        assertThat(off.toolService).isNotInstanceOf(InterlockToolService.class);
        assertThat(on).isInstanceOf(NextFactory.NextContext.class);
        assertThat(on.toolService).isInstanceOf(InterlockToolService.class);
        assertThat(none).isNotInstanceOf(NextFactory.NextContext.class);
        assertThat(none.toolService).isNotInstanceOf(InterlockToolService.class);
    }

    /** Puts one more provider of factories on the class path, after ours. */
    private static <T> T withNextFactory(Callable<T> body) throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(new ClassLoader(before) {
            @Override
            public Enumeration<URL> getResources(String name) throws IOException {
                List<URL> resources = Collections.list(super.getResources(name));
                if (name.equals("META-INF/services/" + AiServiceContextFactory.class.getName())) {
                    resources.add(inMemory(NextFactory.class.getName()));
                }
                return Collections.enumeration(resources);
            }
        });
        try {
            return body.call();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static URL inMemory(String content) throws IOException {
        return URL.of(URI.create("memory:services"), new URLStreamHandler() {
            @Override
            protected URLConnection openConnection(URL url) {
                return new URLConnection(url) {
                    @Override
                    public void connect() {}

                    @Override
                    public InputStream getInputStream() {
                        return new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
                    }
                };
            }
        });
    }
}
