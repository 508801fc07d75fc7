package dev.interlock.langchain4j.task;

import dev.interlock.langchain4j.TaskAgent;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.service.MemoryId;
import dev.langchain4j.service.Result;
import dev.langchain4j.service.TokenStream;
import dev.langchain4j.service.UserMessage;
import dev.langchain4j.service.memory.ChatMemoryAccess;
import java.util.List;

/**
 * The AI service behind a {@link TaskAgent}. Tasks are lists of contents, since LangChain4j takes a string for a
 * template, and has a single content beside another argument twice in the message.
 */
interface TaskService extends ChatMemoryAccess {

    Result<String> run(@MemoryId Object conversation, @UserMessage List<Content> task);

    TokenStream stream(@MemoryId Object conversation, @UserMessage List<Content> task);
}
