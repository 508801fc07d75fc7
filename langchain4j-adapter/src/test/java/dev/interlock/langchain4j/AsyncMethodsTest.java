package dev.interlock.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.service.TokenStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AsyncMethodsTest {

    interface Base {
        CompletableFuture<String> inherited(String question);
    }

    interface Service extends Base {
        CompletableFuture<String> future(String question);

        CompletionStage<String> stage(String question);

        Flow.Publisher<String> publisher(String question);

        SubmissionPublisher<String> subtype(String question);

        String overloaded(String question);

        CompletableFuture<String> overloaded(String question, String more);

        String text(String question);

        List<String> list(String question);

        TokenStream stream(String question);

        void nothing(String question);

        int number(String question);
    }

    private final AsyncMethods methods = new AsyncMethods(Service.class);

    @ParameterizedTest
    @ValueSource(strings = {"future", "stage", "publisher", "subtype", "overloaded", "inherited"})
    void method_that_gives_a_future_or_publisher_is_one(String name) {
        assertThat(methods.contain(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "list", "stream", "nothing", "number", "unknown"})
    void any_other_is_none(String name) {
        assertThat(methods.contain(name)).isFalse();
    }

    @Test
    void nothing_is_known_of_an_invocation_without_a_method_or_of_no_service() {
        assertThat(methods.contain(null)).isFalse();
        assertThat(new AsyncMethods(null).contain("future")).isFalse();
    }
}
