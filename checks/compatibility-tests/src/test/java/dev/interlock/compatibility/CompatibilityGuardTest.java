package dev.interlock.compatibility;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Fails the build when LangChain4j's tests passed without having run, or without Interlock. (When one of them fails,
 * Maven stops before it comes here.)
 */
class CompatibilityGuardTest {

    /** The runs of LangChain4j 1.19.0's tests: 449 of whole classes, 37 of the mock-only methods of the IT classes. */
    private static final Map<String, Integer> EXPECTED_RUNS = Map.ofEntries(
            entry("dev.langchain4j.service.AiServiceChatMemoryConfigTest", 7),
            entry("dev.langchain4j.service.AiServiceThrowingExceptionIT", 3),
            entry("dev.langchain4j.service.AiServiceTokenStreamTest", 20),
            entry("dev.langchain4j.service.AiServiceWIthStructuredResponseTest", 1),
            entry("dev.langchain4j.service.AiServicesBuilderTest", 17),
            entry("dev.langchain4j.service.AiServicesInterfaceLevelSystemMessageTest", 11),
            entry("dev.langchain4j.service.AiServicesObservabilityTests", 10),
            entry("dev.langchain4j.service.AiServicesRagChatMemoryBehaviorTest", 7),
            entry("dev.langchain4j.service.AiServicesSystemAndUserMessageConfigsTest", 27),
            entry("dev.langchain4j.service.AiServicesTest", 15),
            entry("dev.langchain4j.service.AiServicesUserMessageConfigTest", 40),
            entry("dev.langchain4j.service.AiServicesWithCustomContentInjectorTest", 2),
            entry("dev.langchain4j.service.AiServicesWithToolErrorHandlerTest", 16),
            entry("dev.langchain4j.service.AiServicesWithToolsIT", 23),
            entry("dev.langchain4j.service.AiServicesWithToolsWithDefaultValuesTest", 60),
            entry("dev.langchain4j.service.AiServicesWithToolsWithRequiredIT", 1),
            entry("dev.langchain4j.service.StreamingAiServicesWithToolsIT", 10),
            entry("dev.langchain4j.service.guardrail.AiServiceGuardrailTests", 20),
            entry("dev.langchain4j.service.guardrail.InputGuardrailChainTests", 4),
            entry("dev.langchain4j.service.guardrail.StreamingOutputGuardrailBufferDrainTest", 2),
            entry("dev.langchain4j.service.tool.DefaultToolExecutorTest", 23),
            entry("dev.langchain4j.service.tool.DynamicToolProviderMemoryEvictionTest", 2),
            entry("dev.langchain4j.service.tool.HallucinatedToolNameStrategyTest", 4),
            entry("dev.langchain4j.service.tool.LazyCalculationIntegrationTest", 3),
            entry("dev.langchain4j.service.tool.ProgrammaticCreatedImmediateReturnToolTest", 2),
            entry("dev.langchain4j.service.tool.ReturnBehaviorCombinationsTest", 63),
            entry("dev.langchain4j.service.tool.StreamingProgrammaticCreatedImmediateReturnToolTest", 1),
            entry("dev.langchain4j.service.tool.ToolErrorLoggingTest", 2),
            entry("dev.langchain4j.service.tool.ToolExecutionResultTest", 28),
            entry("dev.langchain4j.service.tool.ToolExecutionTest", 2),
            entry("dev.langchain4j.service.tool.ToolExecutorTest", 48),
            entry("dev.langchain4j.service.tool.ToolServiceTest", 12));

    /** Of the tests above those that build an AI service, of those that share one the first. */
    private static final int EXPECTED_SERVED = 360;

    private static final int EXPECTED_CONTEXTS = 447;

    private static final int EXPECTED_ROUNDS = 177;
    private static final int EXPECTED_CALLS = 231;

    private static final boolean INTERLOCK =
            System.getProperty("interlock.compat.engine").equals("interlock");

    @ParameterizedTest
    @ValueSource(strings = {"default", "adverse"})
    void every_test_ran_and_none_was_skipped(String run) throws IOException {
        RunRecord recorded = load(run);

        assertThat(recorded.of(RunRecord.RUN)).isEqualTo(EXPECTED_RUNS);
        assertThat(recorded.of(RunRecord.NOT_RUN)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "adverse"})
    void every_ai_service_used_the_engine_asked_for(String run) throws IOException {
        Map<String, Integer> contexts = load(run).of(RunRecord.CONTEXT);

        assertThat(contexts.keySet())
                .singleElement(STRING)
                .startsWith(INTERLOCK ? "dev.interlock." : "dev.langchain4j.");
        assertThat(contexts.values()).containsExactly(EXPECTED_CONTEXTS);
        assertThat(load(run).of(RunRecord.SERVED).values().stream()
                        .mapToInt(Integer::intValue)
                        .sum())
                .isEqualTo(EXPECTED_SERVED);
    }

    @Test
    void tools_were_executed_in_rounds() throws IOException {
        Map<String, Integer> rounds = load("adverse").of(RunRecord.EVENT);

        if (INTERLOCK) {
            assertThat(rounds.get("RoundStarted"))
                    .isGreaterThanOrEqualTo(EXPECTED_ROUNDS)
                    .isEqualTo(rounds.get("RoundEnded"));
            assertThat(rounds.get("CallEnded")).isGreaterThanOrEqualTo(EXPECTED_CALLS);
        } else {
            assertThat(rounds).isEmpty();
        }
        assertThat(load("default").of(RunRecord.EVENT)).isEmpty();
    }

    private static RunRecord load(String run) throws IOException {
        return RunRecord.load(Path.of(System.getProperty("interlock.compat.records") + "-" + run + ".properties"));
    }
}
