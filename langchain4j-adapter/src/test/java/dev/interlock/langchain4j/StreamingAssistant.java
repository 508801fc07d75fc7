package dev.interlock.langchain4j;

import dev.langchain4j.service.TokenStream;

/** The AI service of the tests of streams. */
interface StreamingAssistant {

    TokenStream chat(String message);
}
