package dev.interlock.spring;

import dev.interlock.durable.Decision;
import dev.interlock.effect.Access;
import dev.interlock.effect.Effects;
import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.interlock.langchain4j.ParallelTools;
import dev.interlock.langchain4j.SuspendedInvocation;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.MemoryId;
import dev.langchain4j.service.TokenStream;
import dev.langchain4j.service.UserMessage;
import dev.langchain4j.service.spring.AiService;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** The examples of docs/spring.md, as they stand there. */
final class SpringGuideExamples {

    private SpringGuideExamples() {}

    interface Orders {
        void save(Object order);
    }

    // spotless:off

    // example: service
    @AiService
    interface Desk {
        TokenStream chat(@MemoryId String conversation, @UserMessage String message);
    }

    @Component
    static class AccountTools {

        private final JdbcClient database;

        AccountTools(JdbcClient database) {
            this.database = database;
        }

        @Tool("Tells the balance of an account")
        @Reads("account/{account}")
        int balance(String account) {
            return database.sql("select balance from account where id = ?")
                    .param(account)
                    .query(int.class)
                    .single();
        }

        @Tool("Charges an account")
        @Writes("account/{account}")
        @Transactional // each call has its own
        public void charge(String account, int amount) {
            database.sql("update account set balance = balance - ? where id = ?")
                    .params(amount, account)
                    .update();
        }
    }
    // end

    @Configuration(proxyBeanMethods = false)
    static class Customized {
        // example: customizer
        @Bean
        ParallelToolsCustomizer transfers() {
            return builder -> builder.effects(
                    "transfer",
                    Effects.of(call -> List.of(Access.write(
                            "account/" + call.arguments().get("from").asText()))));
        }
        // end
    }

    @Configuration(proxyBeanMethods = false)
    static class Own {
        // example: own
        @Bean
        @Primary
        ParallelTools patient(ParallelTools.Builder builder) {
            return builder.timeout(Duration.ofMinutes(5)).build();
        }
        // end
    }

    interface Payments {
        boolean holds(String key);
    }

    @Configuration(proxyBeanMethods = false)
    static class Recovering {
        // example: recovery
        @Bean
        ApplicationRunner recovery(ParallelTools parallel, AccountTools tools, Payments payments) {
            return arguments -> {
                for (SuspendedInvocation unfinished : parallel.recover()) {
                    Map<Integer, Decision> decisions = new HashMap<>();
                    for (int place : unfinished.round().pending()) { // what may have happened
                        String key = unfinished.round().idempotencyKey(place); // that of CallScope
                        decisions.put(place, payments.holds(key) ? Decision.completed("charged") : Decision.runAgain());
                    }
                    parallel.resume(unfinished, decisions, parallel.tools(tools));
                }
            };
        }
        // end
    }

    static void inTransaction(TransactionTemplate transaction, Orders orders, Object order, Assistant assistant) {
        // example: transaction
        transaction.executeWithoutResult(status -> {
            orders.save(order);
            assistant.chat("Reserve what order 7 needs"); // its tools are in this transaction
        });
        // end
    }

    static Assistant proxied(ParallelTools parallel, ChatModel model, AccountTools accountTools) {
        // example: proxied
        Assistant assistant = AiServices.builder(Assistant.class)
                .chatModel(model)
                .tools(parallel.tools(accountTools)) // not: .tools(accountTools)
                .build();
        // end
        return assistant;
    }
}
