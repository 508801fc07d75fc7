package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.CodedTool.tool;

import dev.langchain4j.service.tool.AiServiceTool;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Tools of which one notes its calls, one hangs and one fails. */
final class NotingTools {

    final List<String> log = new CopyOnWriteArrayList<>();

    /** Open when the one that hangs does. */
    final CountDownLatch running = new CountDownLatch(1);

    final AiServiceTool note = tool("note", request -> {
        log.add("note " + request.id());
        return "noted " + request.id();
    });

    final AiServiceTool hang = tool("hang", request -> {
        running.countDown();
        Waiting.forInterrupt();
        return "never";
    });

    final AiServiceTool fail = tool("fail", request -> {
        throw new IllegalStateException("broken");
    });
}
