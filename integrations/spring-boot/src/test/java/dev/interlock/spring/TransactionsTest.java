package dev.interlock.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.interlock.effect.Reads;
import dev.interlock.effect.Writes;
import dev.interlock.langchain4j.ParallelTools;
import dev.interlock.testing.Reply;
import dev.interlock.testing.ScriptedChatModel;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.spring.AiService;
import dev.langchain4j.service.spring.AiServicesAutoConfig;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A transaction of the caller, and those of tools. */
class TransactionsTest {

    /** Their effects are true. */
    static class Rows {

        final List<String> transactions = new CopyOnWriteArrayList<>();
        private final JdbcTemplate jdbc;

        Rows(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @Tool("Inserts a row")
        @Writes("rows/{id}")
        public String insert(int id) {
            jdbc.update("insert into rows(id, hits) values (?, 0)", id);
            return "inserted";
        }

        @Tool("Counts a hit of a row")
        @Writes("rows/{id}")
        public String hit(int id) {
            return jdbc.update("update rows set hits = hits + 1 where id = ?", id) + " row";
        }

        @Tool("Counts the rows")
        @Reads("rows")
        public String count() {
            return jdbc.queryForObject("select count(*) from rows", Integer.class) + " rows";
        }
    }

    /** A bean behind a proxy: a generated subclass, on which LangChain4j finds no tool. */
    static class TransactionalRows extends Rows {

        TransactionalRows(JdbcTemplate jdbc) {
            super(jdbc);
        }

        @Tool("Inserts a row, and fails if it is odd")
        @Writes("rows/{id}")
        @Transactional
        public String insertEven(int id) {
            transactions.add(TransactionSynchronizationManager.isActualTransactionActive() + " "
                    + Thread.currentThread().isVirtual());
            insert(id);
            if (id % 2 == 1) {
                throw new IllegalArgumentException(id + " is odd");
            }
            return "inserted";
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableTransactionManagement(proxyTargetClass = true)
    static class Database {

        @Bean
        DataSource dataSource() {
            JdbcDataSource source = new JdbcDataSource();
            source.setURL("jdbc:h2:mem:" + System.nanoTime() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=100");
            return source;
        }

        @Bean
        JdbcTemplate jdbc(DataSource source) {
            JdbcTemplate jdbc = new JdbcTemplate(source);
            jdbc.execute("create table rows(id int primary key, hits int)");
            jdbc.update("insert into rows values (1, 0)");
            return jdbc;
        }

        @Bean
        PlatformTransactionManager transactions(DataSource source) {
            return new DataSourceTransactionManager(source);
        }

        @Bean
        TransactionTemplate transaction(PlatformTransactionManager transactions) {
            return new TransactionTemplate(transactions);
        }
    }

    private record World(AssertableApplicationContext context, JdbcTemplate jdbc, TransactionTemplate transaction) {

        List<String> rows() {
            return jdbc.queryForList("select id || ':' || hits from rows order by id", String.class);
        }

        String chatAndRollBack(Assistant assistant) {
            return transaction.execute(status -> {
                status.setRollbackOnly();
                return assistant.chat("hello");
            });
        }
    }

    private static void in(Consumer<World> test, String... properties) {
        Contexts.runner()
                .withUserConfiguration(Database.class)
                .withPropertyValues(properties)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    test.accept(new World(
                            context, context.getBean(JdbcTemplate.class), context.getBean(TransactionTemplate.class)));
                });
    }

    private static ScriptedChatModel insertsAndCounts() {
        return ScriptedChatModel.of(
                Reply.calls(
                        Reply.call("insert", "{\"id\": 201}"),
                        Reply.call("insert", "{\"id\": 202}"),
                        Reply.call("count", "{}")),
                Reply.text("done"));
    }

    private static List<String> results(ScriptedChatModel model) {
        return model.toolResults().stream()
                .map(ToolExecutionResultMessage::text)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "interlock.max-concurrency=5",
                "interlock.caller-transaction=sequential",
                "interlock.timeout=20s",
                "interlock.coalescing=true"
            })
    void what_the_caller_rolls_back_is_rolled_back(String property) {
        in(
                world -> {
                    ScriptedChatModel model = insertsAndCounts();
                    Rows rows = new Rows(world.jdbc);
                    assertThat(world.chatAndRollBack(Contexts.assistant(model, rows)))
                            .isEqualTo("done");
                    assertThat(results(model)).containsExactly("inserted", "inserted", "3 rows");
                    assertThat(world.rows()).containsExactly("1:0");
                },
                property);
    }

    @Test
    void what_the_caller_commits_is_there() {
        in(world -> {
            Assistant assistant = Contexts.assistant(insertsAndCounts(), new Rows(world.jdbc));
            assertThat(world.transaction.<String>execute(status -> assistant.chat("hello")))
                    .isEqualTo("done");
            assertThat(world.rows()).containsExactly("1:0", "201:0", "202:0");
        });
    }

    @Test
    void calls_run_in_parallel_without_the_callers_transaction_if_that_is_set() {
        in(
                world -> {
                    ScriptedChatModel model = insertsAndCounts();
                    world.chatAndRollBack(Contexts.assistant(model, new Rows(world.jdbc)));
                    assertThat(world.rows()).containsExactly("1:0", "201:0", "202:0");
                },
                "interlock.caller-transaction=parallel");
    }

    @Test
    void a_round_is_refused_if_that_is_set_and_the_conversation_is_whole() {
        in(
                world -> {
                    MessageWindowChatMemory memory = MessageWindowChatMemory.withMaxMessages(10);
                    Assistant assistant = AiServices.builder(Assistant.class)
                            .chatModel(insertsAndCounts())
                            .chatMemory(memory)
                            .tools(new Rows(world.jdbc))
                            .build();
                    assertThatThrownBy(() -> world.chatAndRollBack(assistant))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("interlock.caller-transaction=sequential");
                    assertThat(world.rows()).containsExactly("1:0");
                    assertThat(memory.messages())
                            .extracting(ChatMessage::type)
                            .extracting(Enum::name)
                            .containsExactly(
                                    "USER",
                                    "AI",
                                    "TOOL_EXECUTION_RESULT",
                                    "TOOL_EXECUTION_RESULT",
                                    "TOOL_EXECUTION_RESULT");
                },
                "interlock.caller-transaction=refuse");
    }

    @Test
    void without_a_transaction_of_the_caller_calls_run_in_parallel() {
        in(
                world -> {
                    Bank bank = new Bank();
                    assertThat(Contexts.assistant(Contexts.callsAll(1), bank).chat("hello"))
                            .isEqualTo("done");
                    assertThat(bank.threads.get("balance")).isNotSameAs(Thread.currentThread());
                },
                "interlock.caller-transaction=refuse");
    }

    @Test
    void a_row_that_the_caller_has_locked_can_be_written_beside_another_call() {
        in(world -> {
            ScriptedChatModel model = ScriptedChatModel.of(
                    Reply.calls(Reply.call("hit", "{\"id\": 1}"), Reply.call("insert", "{\"id\": 2}")),
                    Reply.text("done"));
            Assistant assistant = Contexts.assistant(model, new Rows(world.jdbc));
            world.transaction.executeWithoutResult(status -> {
                world.jdbc.update("update rows set hits = 10 where id = 1");
                assistant.chat("hello");
            });
            assertThat(results(model)).containsExactly("1 row", "inserted");
            assertThat(world.rows()).containsExactly("1:11", "2:0");
        });
    }

    @Test
    void it_would_wait_for_the_callers_lock_on_another_thread() {
        in(
                world -> {
                    ScriptedChatModel model = ScriptedChatModel.of(
                            Reply.calls(Reply.call("hit", "{\"id\": 1}"), Reply.call("insert", "{\"id\": 2}")),
                            Reply.text("done"));
                    Assistant assistant = Contexts.assistant(model, new Rows(world.jdbc));
                    world.transaction.executeWithoutResult(status -> {
                        world.jdbc.update("update rows set hits = 10 where id = 1");
                        assistant.chat("hello");
                    });
                    assertThat(results(model).getFirst()).contains("lock");
                },
                "interlock.caller-transaction=parallel");
    }

    private static ScriptedChatModel insertsEven() {
        return ScriptedChatModel.of(
                Reply.calls(
                        Reply.call("insertEven", "{\"id\": 2}"),
                        Reply.call("insertEven", "{\"id\": 3}"),
                        Reply.call("insertEven", "{\"id\": 4}")),
                Reply.text("done"));
    }

    /** The transactions of what failed are rolled back, and no others. */
    private static void eachInItsOwn(World world, ScriptedChatModel model) {
        assertThat(results(model)).containsExactly("inserted", "3 is odd", "inserted");
        assertThat(world.rows()).containsExactly("1:0", "2:0", "4:0");
    }

    @Test
    void calls_of_a_transactional_bean_have_their_own_transactions() {
        in(world -> {
            TransactionalRows bean = proxied(world);
            ScriptedChatModel model = insertsEven();
            ParallelTools parallel = world.context.getBean(ParallelTools.class);
            Assistant assistant = AiServices.builder(Assistant.class)
                    .chatModel(model)
                    .tools(parallel.tools(bean))
                    .build();
            assertThat(assistant.chat("hello")).isEqualTo("done");
            eachInItsOwn(world, model);
            assertThat(transactionsOf(bean)).containsExactly("true true", "true true", "true true");
        });
    }

    private static TransactionalRows proxied(World world) {
        TransactionalRows bean = world.context
                .getAutowireCapableBeanFactory()
                .getBeanProvider(TransactionalRows.class)
                .getIfAvailable(() -> (TransactionalRows) world.context
                        .getAutowireCapableBeanFactory()
                        .initializeBean(new TransactionalRows(world.jdbc), "rows"));
        assertThat(org.springframework.aop.support.AopUtils.isCglibProxy(bean)).isTrue();
        return bean;
    }

    private static List<String> transactionsOf(TransactionalRows bean) {
        return ((TransactionalRows) org.springframework.aop.framework.AopProxyUtils.getSingletonTarget(bean))
                .transactions;
    }

    /** As users of LangChain4j's starter write it: it finds the bean's tools by itself. */
    @AiService
    interface Declared {
        String chat(String message);
    }

    @Configuration(proxyBeanMethods = false)
    @Import({Database.class, Declared.class, AiServicesAutoConfig.class, TransactionalRows.class})
    static class DeclaredService {
        @Bean
        ScriptedChatModel model() {
            return insertsEven();
        }
    }

    @Test
    void a_declared_service_calls_the_transactional_bean_in_the_same_way() {
        Contexts.runner().withUserConfiguration(DeclaredService.class).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBean(Declared.class).chat("hello")).isEqualTo("done");
            TransactionalRows bean = context.getBean(TransactionalRows.class);
            eachInItsOwn(
                    new World(context, context.getBean(JdbcTemplate.class), null),
                    context.getBean(ScriptedChatModel.class));
            assertThat(transactionsOf(bean)).containsExactly("true true", "true true", "true true");
        });
    }
}
