package dev.interlock.temporal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.interlock.call.CallResult;
import dev.interlock.call.Outcome;
import dev.interlock.call.ToolCall;
import dev.interlock.durable.Decision;
import dev.interlock.durable.PendingKind;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.api.workflow.v1.PendingActivityInfo;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowStub;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.testserver.TestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A process that runs a round of the order desk is killed in the middle of it, and another one goes on.
 *
 * <p>The server is one without skipping of time, as a real one. The process is killed when nothing but the stuck call
 * is on its way.
 */
@Timeout(180)
class WorkerKillTest {

    private final OrderDesk desk = new OrderDesk();
    private final Map<String, AtomicInteger> served = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> keys = new ConcurrentHashMap<>();
    private final List<Process> workers = new ArrayList<>();

    /** The first call that begins with this is not served; empty once there was one. */
    private final AtomicReference<String> stuck = new AtomicReference<>("");

    private final CountDownLatch reached = new CountDownLatch(1);
    private int serverPort;
    private TestServer.PortBoundTestServer server;
    private WorkflowServiceStubs stubs;
    private ServerSocket deskSocket;

    @BeforeEach
    void start() throws IOException {
        serverPort = FreePort.find();
        server = TestServer.createPortBoundServer(serverPort);
        stubs = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget("127.0.0.1:" + serverPort)
                .build());
        deskSocket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
    }

    @AfterEach
    void stop() throws IOException {
        workers.forEach(Process::destroyForcibly);
        stubs.shutdownNow();
        server.close();
        deskSocket.close();
    }

    private void serve() {
        while (!deskSocket.isClosed()) {
            try {
                Socket socket = deskSocket.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket;
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
                PrintWriter out = new PrintWriter(socket.getOutputStream(), true, StandardCharsets.UTF_8)) {
            String sent = in.readLine();
            if (sent == null) {
                return;
            }
            String line = sent.substring(sent.indexOf(' ') + 1);
            keys.computeIfAbsent(line, none -> ConcurrentHashMap.newKeySet()).add(sent.substring(0, sent.indexOf(' ')));
            served.computeIfAbsent(line, none -> new AtomicInteger()).incrementAndGet();
            String wanted = stuck.get();
            if (!wanted.isEmpty() && line.startsWith(wanted) && stuck.compareAndSet(wanted, "")) {
                reached.countDown();
                // Until the worker is killed.
                in.readLine();
                return;
            }
            out.println(desk.serve(
                    ToolCall.parse(null, line.substring(0, line.indexOf(' ')), line.substring(line.indexOf(' ') + 1))));
        } catch (IOException e) {
            // The worker was killed.
        }
    }

    private Process newWorker(boolean decideLost) throws IOException {
        Process worker = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DeskWorker.class.getName(),
                        String.valueOf(serverPort),
                        String.valueOf(deskSocket.getLocalPort()),
                        String.valueOf(decideLost))
                .redirectErrorStream(true)
                .redirectOutput(Path.of("target", "desk-worker-" + serverPort + "-" + workers.size() + ".log")
                        .toFile())
                .start();
        workers.add(worker);
        return worker;
    }

    private static void begin(Process worker) throws IOException {
        worker.getOutputStream().write('\n');
        worker.getOutputStream().flush();
    }

    /** Ends the first worker while it runs a call, and has another one go on. */
    private RoundClient run(String call, boolean decideLost, Consumer<Process> end) throws Exception {
        stuck.set(call);
        RoundClient client = new RoundClient(WorkflowClient.newInstance(stubs), Rig.QUEUE);
        Process first = newWorker(decideLost);
        Process second = newWorker(decideLost);
        client.start("order", OrderDesk.ORDER);
        begin(first);
        assertThat(reached.await(60, SECONDS)).isTrue();
        await().atMost(Duration.ofSeconds(60)).until(this::onlyTheStuckCallIsOnItsWay);
        end.accept(first);
        first.waitFor();
        begin(second);
        return client;
    }

    private boolean onlyTheStuckCallIsOnItsWay() {
        List<EventType> events = events();
        return count(events, EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)
                        == count(events, EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED) + 1
                && events.lastIndexOf(EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED)
                        < events.lastIndexOf(EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED);
    }

    private List<EventType> events() {
        return WorkflowClient.newInstance(stubs).fetchHistory("order").getEvents().stream()
                .map(HistoryEvent::getEventType)
                .toList();
    }

    private static long count(List<EventType> events, EventType type) {
        return events.stream().filter(type::equals).count();
    }

    /** What has ended is not repeated; and each call has one key, whichever process runs it, that no other call has. */
    private void assertServedOnceBut(String repeated) {
        served.forEach((call, times) ->
                assertThat(times.get()).as(call).isEqualTo(!repeated.isEmpty() && call.startsWith(repeated) ? 2 : 1));
        assertThat(keys.values()).allSatisfy(of -> assertThat(of).hasSize(1));
        assertThat(keys.values().stream().flatMap(Set::stream)).doesNotHaveDuplicates();
    }

    /** The results, within a bound: if they do not come, the failure says where the round has got stuck. */
    private List<CallResult> results() {
        WorkflowStub order = WorkflowClient.newInstance(stubs).newUntypedWorkflowStub("order");
        try {
            return Arrays.stream(order.getResult(60, SECONDS, CallReport[].class))
                    .map(CallReport::toResult)
                    .toList();
        } catch (TimeoutException e) {
            throw new AssertionError("the round does not end:\n" + events() + "\n" + pending(order), e);
        }
    }

    private static List<PendingActivityInfo> pending(WorkflowStub workflow) {
        return workflow.describe().getRawDescription().getPendingActivitiesList();
    }

    @Test
    void a_read_is_run_again_and_nothing_that_had_ended() throws Exception {
        OrderDesk serial = new OrderDesk();
        List<String> expected = OrderDesk.ORDER.stream().map(serial::serve).toList();

        run("readStock ", false, Process::destroyForcibly);
        List<CallResult> results = results();

        assertThat(results.stream().map(ReplayTest::inWords)).isEqualTo(expected);
        assertThat(desk.state()).isEqualTo(serial.state());
        assertServedOnceBut("readStock ");
    }

    @Test
    void a_write_is_not_run_again_and_says_that_it_may_have_taken_effect() throws Exception {
        run("chargeAccount ", false, Process::destroyForcibly);
        List<CallResult> results = results();

        assertThat(results.get(4).outcome().message())
                .contains("gave no sign of life for 2000 ms", "may have taken effect");
        assertThat(results.get(7).isSuccess()).isTrue();
        assertServedOnceBut("");
    }

    @Test
    void a_write_can_wait_for_a_decision_and_what_conflicts_with_it_too() throws Exception {
        RoundClient client = run("chargeAccount ", true, Process::destroyForcibly);
        await().atMost(Duration.ofSeconds(60)).until(this::lossIsKnown);

        assertThat(client.progress("order").get(4).pending()).isEqualTo(PendingKind.MAY_HAVE_HAPPENED);
        assertThat(client.progress("order").get(6).why()).isEqualTo("waits for a decision about call 5");
        client.decide("order", 4, Decision.runAgain());
        List<CallResult> results = results();
        assertThat(results.get(4).outcome()).isEqualTo(new Outcome.Succeeded("1042 now 851"));
        assertThat(results.get(6).outcome()).isEqualTo(new Outcome.Succeeded("1042 now 602"));
        assertServedOnceBut("chargeAccount {\"account\":\"1042\",\"amount\":649");
    }

    /** Whether a worker has gone on with the workflow after an activity was lost. */
    private boolean lossIsKnown() {
        List<EventType> events = events();
        int loss = events.indexOf(EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT);
        return loss >= 0 && events.lastIndexOf(EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED) > loss;
    }

    @Test
    void a_worker_that_is_stopped_hands_its_read_over() throws Exception {
        run("readStock ", false, Process::destroy);
        List<CallResult> results = results();

        assertThat(results).allMatch(CallResult::isSuccess);
        assertServedOnceBut("readStock ");
    }
}
