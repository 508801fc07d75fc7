package dev.interlock.langchain4j.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TaskStreamTest {

    private static final class Deaf implements StreamingChatResponseHandler {
        @Override
        public void onCompleteResponse(ChatResponse completeResponse) {}

        @Override
        public void onError(Throwable error) {}
    }

    @Test
    void a_stream_that_is_stopped_before_its_thread_is_known_has_it_interrupted() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        TaskSettings settings = new TaskSettings(1, null, TaskTimer.CLOCK, List.of(), List.of());
        TaskStream stream = new TaskStream(new TaskRun(settings, "go", null, null, true, null), new Deaf());

        stream.end(new IllegalStateException("over"));
        stream.askedOn(Thread.ofVirtual().start(() -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        }));

        assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
    }
}
