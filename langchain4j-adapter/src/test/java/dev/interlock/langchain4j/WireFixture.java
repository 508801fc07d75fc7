package dev.interlock.langchain4j;

import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.service.AiServices;

/** A service whose model is one of LangChain4j's clients, over HTTP. */
abstract class WireFixture {

    static final String ROLLED_BACK =
            "Tool 'book' was executed successfully but was rolled back due to failure of tool 'pay'";

    final WireTools tools = new WireTools();
    final ChatMemory memory = Memory.ofManyMessages();

    abstract ChatModel model();

    Assistant assistant(AiServices<Assistant> services, boolean compensating) {
        return services.chatModel(model())
                .chatMemory(memory)
                .tools(tools)
                .compensateOnToolErrors(compensating)
                .build();
    }

    static AiServices<Assistant> interlock() {
        return ParallelTools.builder().build().aiServices(Assistant.class);
    }

    static AiServices<Assistant> plain() {
        return AiServices.builder(Assistant.class);
    }
}
