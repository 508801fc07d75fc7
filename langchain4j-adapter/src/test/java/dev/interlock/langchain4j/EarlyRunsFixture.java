package dev.interlock.langchain4j;

import static dev.interlock.langchain4j.ScriptedChatModel.call;

import dev.interlock.effect.Writes;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.response.StreamingHandle;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** A write that starts early, and a memory. */
abstract class EarlyRunsFixture {

    static class Till {
        final List<String> ran = new CopyOnWriteArrayList<>();
        final CountDownLatch charging = new CountDownLatch(1);
        final CountDownLatch charged = new CountDownLatch(1);
        final CountDownLatch mayEnd = new CountDownLatch(1);
        final AtomicReference<StreamingHandle> handle = new AtomicReference<>();

        @Tool
        @Writes("account")
        String charge(@P(name = "amount") int amount) {
            ran.add("charge " + amount);
            charged.countDown();
            return "charged " + amount;
        }

        @Tool
        @Writes("account")
        String chargeSlowly(@P(name = "amount") int amount) throws InterruptedException {
            charging.countDown();
            Waiting.await(mayEnd);
            return charge(amount);
        }

        /** As a tool does that may not stop halfway. */
        @Tool
        @Writes("account")
        String chargeWhenInterrupted(@P(name = "amount") int amount) {
            charging.countDown();
            try {
                Waiting.forInterrupt();
            } catch (InterruptedException e) {
                // It comes to its end.
            }
            return charge(amount);
        }

        /** Lets slow charges end. */
        @Tool
        @Writes("bell")
        String ring() {
            mayEnd.countDown();
            return "rung";
        }

        @Tool
        @Writes("account")
        String decline(@P(name = "amount") int amount) {
            charge(amount);
            throw new IllegalStateException("no receipt");
        }

        @Tool
        @Writes("account")
        String chargeAndCancel(@P(name = "amount") int amount) throws InterruptedException {
            charge(amount);
            handle.get().cancel();
            return "charged and cancelled";
        }
    }

    static final ToolExecutionRequest CHARGE = call("1", "charge", "{\"amount\": 5}");

    final Till till = new Till();
    final ChatMemory memory = Memory.ofManyMessages();

    StreamingAssistant assistant(StreamingChatModel model) {
        return Waiting.patientTools()
                .earlyStart(EarlyStart.ALL)
                .build()
                .aiServices(StreamingAssistant.class)
                .streamingChatModel(model)
                .chatMemory(memory)
                .tools(till)
                .build();
    }

    ScriptedStreamingModel.Reply chargingAndThen(ScriptedStreamingModel.Reply then) {
        return stream -> {
            stream.call(CHARGE);
            Waiting.await(till.charged);
            then.to(stream);
        };
    }
}
