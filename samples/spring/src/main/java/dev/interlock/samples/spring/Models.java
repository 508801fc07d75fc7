package dev.interlock.samples.spring;

import dev.langchain4j.memory.chat.ChatMemoryProvider;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The model and its memory. */
@Configuration(proxyBeanMethods = false)
class Models {

    private static final Logger log = LoggerFactory.getLogger(Models.class);

    /** The real model if there is a key for it, otherwise the embedded one. */
    @Bean
    StreamingChatModel model(
            @Value("${OPENAI_API_KEY:}") String key,
            @Value("${OPENAI_BASE_URL:https://api.openai.com/v1}") String url,
            @Value("${OPENAI_MODEL:gpt-4.1-mini}") String name) {
        if (key.isBlank()) {
            log.info("OPENAI_API_KEY is not set, so an embedded model answers, which knows a few sentences");
            return new EmbeddedModel();
        }
        log.info("{} at {} answers", name, url);
        return OpenAiStreamingChatModel.builder()
                .apiKey(key)
                .baseUrl(url)
                .modelName(name)
                .parallelToolCalls(true)
                .timeout(Duration.ofMinutes(2))
                .build();
    }

    @Bean
    ChatMemoryProvider memories() {
        return conversation -> MessageWindowChatMemory.withMaxMessages(50);
    }
}
