package dev.interlock.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.service.TokenStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Starts a stream, and hears how it ends. */
final class StreamedAnswer {

    private final List<String> answers = new CopyOnWriteArrayList<>();
    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    private StreamedAnswer() {}

    static StreamedAnswer to(TokenStream stream) {
        StreamedAnswer answer = new StreamedAnswer();
        stream.onCompleteResponse(response -> {
                    String text = response.aiMessage().text();
                    answer.answers.add(text == null ? "" : text);
                    answer.ended.countDown();
                })
                .onError(error -> {
                    answer.errors.add(error);
                    answer.ended.countDown();
                })
                .start();
        return answer;
    }

    /** Waits for the answer, and checks that there was no error. */
    String text() throws InterruptedException {
        Waiting.await(ended);
        assertThat(errors).isEmpty();
        assertThat(answers).hasSize(1);
        return answers.get(0);
    }

    /** Waits for an error, and checks that no answer came before. */
    Throwable error() throws InterruptedException {
        Waiting.await(ended);
        assertThat(answers).isEmpty();
        assertThat(errors).isNotEmpty();
        return errors.get(0);
    }

    /** Waits for whichever comes. */
    StreamedAnswer ended() throws InterruptedException {
        Waiting.await(ended);
        return this;
    }

    /** The answers so far. */
    List<String> answers() {
        return answers;
    }

    /** The errors so far. */
    List<Throwable> errors() {
        return errors;
    }
}
