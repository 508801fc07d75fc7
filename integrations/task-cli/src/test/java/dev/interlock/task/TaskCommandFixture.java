package dev.interlock.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.interlock.execution.Cancellation;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;

/** Runs the command, and keeps what it prints. */
abstract class TaskCommandFixture {

    private static final ObjectMapper JSON = new ObjectMapper();

    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();

    final Cancellation stop = new Cancellation();

    final int run(Map<String, String> environment, String... arguments) {
        return TaskCommand.run(environment, stop, new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    final int run(String... arguments) {
        return run(Map.of(), arguments);
    }

    final JsonNode json() throws Exception {
        return JSON.readTree(out.toString());
    }
}
