package dev.interlock.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.interlock.testing.Reply;
import dev.interlock.testing.ScriptedStreamingChatModel;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.TokenStream;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** What belongs to the caller's thread reaches each tool, on its own thread or on the caller's, and is put back. */
class ContextPropagationTest {

    interface Streaming {
        TokenStream chat(String message);
    }

    @AfterEach
    void clear() {
        MDC.clear();
        LocaleContextHolder.resetLocaleContext();
        RequestContextHolder.resetRequestAttributes();
        SecurityContextHolder.clearContext();
    }

    /** Has the caller's thread have something, and each of the bank's tools look for it. */
    private static void reaches(Supplier<Object> look, Object expected, String... properties) {
        Contexts.runner().withPropertyValues(properties).run(context -> {
            assertThat(context).hasNotFailed();
            Bank bank = new Bank();
            bank.look.set(() -> String.valueOf(look.get()));
            assertThat(Contexts.assistant(Contexts.callsAll(1), bank).chat("hello"))
                    .isEqualTo("done");
            assertThat(bank.threads.get("balance")).isNotSameAs(Thread.currentThread());
            assertThat(bank.seen)
                    .hasSize(3)
                    .allSatisfy((tool, seen) -> assertThat(seen).as(tool).isEqualTo(String.valueOf(expected)));
            streamed(bank, expected);
        });
        assertThat(look.get()).isEqualTo(expected);
    }

    private static void streamed(Bank bank, Object expected) throws Exception {
        bank.seen.clear();
        ScriptedStreamingChatModel model = ScriptedStreamingChatModel.of(
                Reply.calls(Reply.call("balance", "{\"account\": 1}"), Reply.call("launch", "{}")),
                Reply.calls(Reply.call("charge", "{\"account\": 1}")),
                Reply.text("done"));
        CompletableFuture<String> answer = new CompletableFuture<>();
        AiServices.builder(Streaming.class)
                .streamingChatModel(model)
                .tools(bank)
                .build()
                .chat("hello")
                .onPartialResponse(text -> {})
                .onCompleteResponse(
                        response -> answer.complete(response.aiMessage().text()))
                .onError(answer::completeExceptionally)
                .start();
        assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo("done");
        assertThat(bank.seen)
                .hasSize(3)
                .allSatisfy((tool, seen) ->
                        assertThat(seen).as(tool + " of a stream").isEqualTo(String.valueOf(expected)));
    }

    @Test
    void the_logs_context() {
        MDC.put("user", "ada");
        reaches(() -> MDC.get("user"), "ada");
    }

    @Test
    void the_locale() {
        LocaleContextHolder.setLocale(Locale.forLanguageTag("sw-TZ"));
        reaches(LocaleContextHolder::getLocale, Locale.forLanguageTag("sw-TZ"));
    }

    @Test
    void the_security_context() {
        SecurityContext security = SecurityContextHolder.createEmptyContext();
        security.setAuthentication(new TestingAuthenticationToken("ada", "secret"));
        SecurityContextHolder.setContext(security);
        reaches(() -> SecurityContextHolder.getContext().getAuthentication().getName(), "ada");
        assertThat(SecurityContextHolder.getContext()).isSameAs(security);
    }

    private static Object tenant() {
        return RequestContextHolder.currentRequestAttributes().getAttribute("tenant", RequestAttributes.SCOPE_REQUEST);
    }

    @Test
    void the_request() {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.setAttribute("tenant", "acme");
        ServletRequestAttributes attributes = new ServletRequestAttributes(request);
        RequestContextHolder.setRequestAttributes(attributes, true);
        reaches(ContextPropagationTest::tenant, "acme");
        assertThat(RequestContextHolder.getRequestAttributes()).isSameAs(attributes);
    }

    @Test
    void what_a_tool_makes_for_the_request_ends_with_it() {
        ServletRequestAttributes attributes = new ServletRequestAttributes(new MockHttpServletRequest());
        RequestContextHolder.setRequestAttributes(attributes);
        List<String> ended = new CopyOnWriteArrayList<>();
        AtomicReference<RequestAttributes> ofTool = new AtomicReference<>();
        Contexts.runner().run(context -> {
            Bank bank = new Bank();
            bank.look.set(() -> {
                RequestAttributes current = RequestContextHolder.currentRequestAttributes();
                String thread = Thread.currentThread().getName();
                current.setAttribute(thread, "made", RequestAttributes.SCOPE_REQUEST);
                current.registerDestructionCallback(thread, () -> ended.add(thread), RequestAttributes.SCOPE_REQUEST);
                if (Thread.currentThread().isVirtual()) {
                    ofTool.set(current);
                }
                return "made";
            });
            Contexts.assistant(Contexts.callsAll(1), bank).chat("hello");
            assertThat(ended).isEmpty();
            attributes.requestCompleted();
            assertThat(ended)
                    .containsExactlyInAnyOrderElementsOf(
                            bank.threads.values().stream().map(Thread::getName).toList());
        });
        RequestAttributes late = ofTool.get();
        assertThat(late.getAttribute("tenant", RequestAttributes.SCOPE_REQUEST)).isNull();
        late.registerDestructionCallback("late", () -> ended.add("late"), RequestAttributes.SCOPE_REQUEST);
        assertThat(ended).doesNotContain("late");
    }

    @Test
    void the_current_observation() {
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(context -> true);
        Observation.createNotStarted("request", registry)
                .observe(() -> reaches(
                        () -> registry.getCurrentObservation() == null
                                ? "none"
                                : registry.getCurrentObservation().getContext().getName(),
                        "request"));
    }

    @Test
    void without_micrometer_all_but_its_own() {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.setAttribute("tenant", "acme");
        RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(request));
        MDC.put("user", "ada");
        Contexts.runner()
                .withClassLoader(new FilteredClassLoader("io.micrometer"))
                .run(context -> {
                    assertThat(context).hasNotFailed().doesNotHaveBean("interlockMicrometerPropagator");
                    Bank bank = new Bank();
                    bank.look.set(() -> MDC.get("user") + tenant());
                    Contexts.assistant(Contexts.callsAll(1), bank).chat("hello");
                    assertThat(bank.seen)
                            .hasSize(3)
                            .allSatisfy((tool, seen) -> assertThat(seen).isEqualTo("adaacme"));
                });
    }

    @Test
    void a_tool_that_changes_the_callers_thread_leaves_it_as_it_was() {
        MDC.put("user", "ada");
        LocaleContextHolder.setLocale(Locale.FRANCE);
        Contexts.runner().run(context -> {
            Bank bank = new Bank();
            bank.look.set(() -> {
                MDC.put("user", "eve");
                LocaleContextHolder.setLocale(Locale.CANADA);
                return "changed";
            });
            Contexts.assistant(Contexts.callsAll(1), bank).chat("hello");
            assertThat(bank.threads.get("launch")).isSameAs(Thread.currentThread());
        });
        assertThat(MDC.get("user")).isEqualTo("ada");
        assertThat(LocaleContextHolder.getLocale()).isEqualTo(Locale.FRANCE);
    }

    @Test
    void it_can_be_turned_off() {
        MDC.put("user", "ada");
        Contexts.runner()
                .withPropertyValues("interlock.propagate-context=false")
                .run(context -> {
                    Bank bank = new Bank();
                    bank.look.set(() -> String.valueOf(MDC.get("user")));
                    Contexts.assistant(Contexts.callsAll(1), bank).chat("hello");
                    assertThat(bank.seen).containsEntry("balance", "null").containsEntry("launch", "ada");
                });
    }
}
