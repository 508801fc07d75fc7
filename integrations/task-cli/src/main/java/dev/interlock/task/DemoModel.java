package dev.interlock.task;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Plays a model in this process. It understands a few fixed phrases, and puts all calls that it understands into one
 * response. Text after {@code , then} waits for the next response.
 */
final class DemoModel implements ChatModel {

    static final String HELP = """
        I am the embedded model and understand only: 'calculate 2 + 2', 'read notes.txt', 'list the files', \
        'write "text" to log.txt', URLs, SQL that ends in a semicolon, and ', then' between steps.\
        """;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern STEPS = Pattern.compile(",\\s*then\\b", Pattern.CASE_INSENSITIVE);

    /** A fixed phrase and its call: the i-th argument is the i-th group. */
    private record Form(Pattern words, String tool, List<String> arguments) {
        static Form of(String words, String tool, String... arguments) {
            return new Form(Pattern.compile(words, Pattern.CASE_INSENSITIVE), tool, List.of(arguments));
        }
    }

    /** If two phrases match the same words, the earlier one in this list wins. */
    private static final List<Form> FORMS = List.of(
            Form.of("(https?://[^\\s,;]+)", "httpGet", "url"),
            Form.of("\\b((?:insert|update|delete|merge|create|alter|drop)\\s[^;]*);", "executeSql", "sql"),
            Form.of("\\b((?:select|with|values)\\s[^;]*);", "querySql", "sql"),
            Form.of("\\bwrite [\"']([^\"']*)[\"'] to (\\S*\\w)", "writeFile", "text", "path"),
            Form.of("\\bread (\\S*\\w)", "readFile", "path"),
            Form.of("\\blist (?:the )?files()", "listFiles", "path"),
            Form.of("\\bcalculate ([-+*/^().\\d\\s]*[\\d)])", "calculate", "expression"));

    /** Words that may connect the phrases of a task. */
    private static final Pattern CONNECTING = Pattern.compile(
            "\\b(?:and|then|also|please|first|next|finally|now|get|fetch|run|execute|show|me)\\b",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]");
    private static final Pattern ENDS = Pattern.compile(
            "^(?:[\\s\\p{Punct}]|(?:and|then|also|please)\\b)+|[\\s\\p{Punct}]+$", Pattern.CASE_INSENSITIVE);

    /** A call and the place of its words. */
    private record Found(int at, Form form, MatchResult match) {}

    /** The calls that the model finds in a step, in the order of the words, and the rest of the step. */
    private record Understood(List<Found> found, String rest) {}

    /**
     * Returns the parts of a task that the model does not understand. It carries out the rest without comment, so a
     * caller must ask.
     *
     * @return the parts in the order of the steps; empty if the model understands everything
     */
    static List<String> notUnderstood(String task) {
        List<String> missed = new ArrayList<>();
        for (String step : STEPS.split(task, -1)) {
            Understood understood = understood(step);
            String rest = CONNECTING.matcher(understood.rest()).replaceAll(" ");
            if (WORD.matcher(rest).find() || (understood.found().isEmpty() && !step.isBlank())) {
                String words = ENDS.matcher(understood.rest()).replaceAll("").replaceAll("\\s+", " ");
                missed.add(words.isEmpty() ? step.strip() : words);
            }
        }
        return missed;
    }

    @Override
    public ChatResponse doChat(ChatRequest request) {
        List<ChatMessage> messages = request.messages();
        String task = "";
        int step = 0;
        List<ToolExecutionResultMessage> results = new ArrayList<>();
        for (ChatMessage message : messages) {
            switch (message) {
                case UserMessage user -> task = user.singleText();
                case AiMessage ai -> step++;
                case ToolExecutionResultMessage result -> results.add(result);
                default -> {}
            }
        }
        String[] steps = STEPS.split(task, -1);
        List<ToolExecutionRequest> calls = step < steps.length ? calls(steps[step], results.size()) : List.of();
        AiMessage answer = calls.isEmpty() ? AiMessage.from(answer(results)) : AiMessage.from(calls);
        return ChatResponse.builder().aiMessage(answer).build();
    }

    private static Understood understood(String step) {
        StringBuilder rest = new StringBuilder(step);
        List<Found> found = new ArrayList<>();
        for (Form form : FORMS) {
            List<MatchResult> matches =
                    form.words().matcher(rest.toString()).results().toList();
            for (MatchResult match : matches) {
                found.add(new Found(match.start(), form, match));
                rest.replace(match.start(), match.end(), " ".repeat(match.end() - match.start()));
            }
        }
        found.sort(Comparator.comparingInt(Found::at));
        return new Understood(found, rest.toString());
    }

    private static List<ToolExecutionRequest> calls(String step, int before) {
        List<ToolExecutionRequest> calls = new ArrayList<>();
        for (Found call : understood(step).found()) {
            ObjectNode arguments = JSON.createObjectNode();
            for (int i = 0; i < call.form().arguments().size(); i++) {
                String value = call.match().group(i + 1).strip();
                arguments.put(call.form().arguments().get(i), value.isEmpty() ? "." : value);
            }
            calls.add(ToolExecutionRequest.builder()
                    .id("call_" + (before + calls.size() + 1))
                    .name(call.form().tool())
                    .arguments(arguments.toString())
                    .build());
        }
        return calls;
    }

    private static String answer(List<ToolExecutionResultMessage> results) {
        if (results.isEmpty()) {
            return HELP;
        }
        StringBuilder answer = new StringBuilder("Results:");
        for (ToolExecutionResultMessage result : results) {
            answer.append("\n- ")
                    .append(result.toolName())
                    .append(": ")
                    .append(result.text().strip().replace("\n", "; "));
        }
        return answer.toString();
    }
}
