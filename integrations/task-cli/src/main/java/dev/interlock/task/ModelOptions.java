package dev.interlock.task;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options and variables that name a model behind an API like OpenAI's. Not thread-safe. */
public final class ModelOptions {

    private static final String DEFAULT_URL = "https://api.openai.com/v1";
    private static final String DEFAULT_MODEL = "gpt-4.1-mini";
    private static final Duration LIMIT = Duration.ofMinutes(2);

    static final String NO_MODEL = """
        There is no model to ask. Set OPENAI_API_KEY; for another server than OpenAI's also OPENAI_BASE_URL (or \
        --base-url, then a key is not needed), and OPENAI_MODEL (or --model).\
        """;

    private final Map<String, String> environment;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(names = "--model", description = "The name of the model; default: OPENAI_MODEL, or " + DEFAULT_MODEL + ".")
    private @Nullable String model;

    @Option(names = "--base-url", description = "The URL of the API; default: OPENAI_BASE_URL, or OpenAI's.")
    private @Nullable String baseUrl;

    /**
     * Creates options that are not set.
     *
     * @param environment the variables of the process
     */
    public ModelOptions(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /**
     * Returns the model.
     *
     * @param otherwise what else can be done without a model, to be added to the message; may be empty
     * @return a new client for it
     * @throws ParameterException if neither a key nor a URL is set, or if the URL is none
     */
    public ChatModel chatModel(String otherwise) {
        String key = variable("OPENAI_API_KEY");
        if (key == null && baseUrl == null && variable("OPENAI_BASE_URL") == null) {
            throw new ParameterException(spec.commandLine(), NO_MODEL + otherwise);
        }
        String wrong = mistakeIn(url());
        if (wrong != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    (baseUrl == null ? "OPENAI_BASE_URL" : "--base-url") + ": '" + url() + "' " + wrong + ", such as "
                            + DEFAULT_URL + " or http://localhost:11434/v1");
        }
        return OpenAiChatModel.builder()
                .baseUrl(url())
                .apiKey(key == null ? "no-key" : key)
                .modelName(modelName())
                .timeout(LIMIT)
                .build();
    }

    /**
     * Returns where the model is asked.
     *
     * @return the URL of the API
     */
    public String url() {
        return firstOf(baseUrl, variable("OPENAI_BASE_URL"), DEFAULT_URL);
    }

    /** {@return which model is asked} */
    public String modelName() {
        return firstOf(model, variable("OPENAI_MODEL"), DEFAULT_MODEL);
    }

    /**
     * What keeps a text from being the URL of an API; null if nothing does. The client would say it in its own words.
     */
    private static @Nullable String mistakeIn(String url) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            return "is no URL (" + e.getReason() + "); give one";
        }
        if (!"http".equalsIgnoreCase(uri.getScheme()) && !"https".equalsIgnoreCase(uri.getScheme())) {
            return "must begin with http:// or https://";
        }
        return uri.getHost() == null ? "must name a host" : null;
    }

    private static String firstOf(@Nullable String option, @Nullable String variable, String otherwise) {
        return Objects.requireNonNullElse(option, Objects.requireNonNullElse(variable, otherwise));
    }

    /** A variable that is set to nothing counts as not set. */
    private @Nullable String variable(String name) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? null : value;
    }
}
