package dev.interlock.benchmarks;

import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;

/** The kinds of calls of a streamed response. */
enum StreamingShape {
    READS("independent, 200 ms each", "read", "read"),
    SLOW_FIRST("independent, the first 2 s", "readSlowly", "read"),
    WRITES("all write one resource, 200 ms each", "write", "write");

    private final String title;
    private final String first;
    private final String others;

    StreamingShape(String title, String first, String others) {
        this.title = title;
        this.first = first;
        this.others = others;
    }

    String title() {
        return title;
    }

    String tool(int call) {
        return call == 0 ? first : others;
    }

    /** The tools, which wait as if for a service. */
    static final class Tools {

        /** Reads something. */
        @Tool("Reads something")
        @Reads("thing")
        public String read(@P(name = "query") String query) throws InterruptedException {
            Thread.sleep(200);
            return "read " + query.length();
        }

        /** Reads something that takes long. */
        @Tool("Reads something that takes long")
        @Reads("thing")
        public String readSlowly(@P(name = "query") String query) throws InterruptedException {
            Thread.sleep(2_000);
            return "read " + query.length();
        }

        /** Writes something. */
        @Tool("Writes something")
        @Writes("thing")
        public String write(@P(name = "query") String query) throws InterruptedException {
            Thread.sleep(200);
            return "wrote " + query.length();
        }
    }
}
