package dev.interlock.samples.spring;

import dev.langchain4j.service.MemoryId;
import dev.langchain4j.service.SystemMessage;
import dev.langchain4j.service.TokenStream;
import dev.langchain4j.service.UserMessage;
import dev.langchain4j.service.spring.AiService;

/**
 * The assistant. LangChain4j's starter implements it, with the tools that are beans. Nothing here mentions Interlock.
 */
@AiService
interface OrderDesk {

    @SystemMessage("""
        You run the order desk of a supplier of coffee machines, with warehouses in berlin and hamburg. \
        Ask in one response for all calls whose arguments you know; they take effect in the order you write them. \
        Answer in a few plain sentences.\
        """)
    TokenStream chat(@MemoryId String conversation, @UserMessage String message);
}
