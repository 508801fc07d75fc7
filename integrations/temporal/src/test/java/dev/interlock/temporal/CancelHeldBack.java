package dev.interlock.temporal;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.temporal.api.enums.v1.CommandType;
import io.temporal.api.workflowservice.v1.RespondActivityTaskCompletedRequest;
import io.temporal.api.workflowservice.v1.RespondWorkflowTaskCompletedRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** Holds back a workflow's cancel of an activity until the activity's end has reached the server. */
final class CancelHeldBack implements ClientInterceptor {

    private final CountDownLatch cancelled = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final CompletableFuture<Status> answer = new CompletableFuture<>();

    /** Waits until the workflow has cancelled the activity; the server does not know of that. */
    void awaitCancel() {
        await(cancelled);
    }

    /** Returns the server's answer to the cancel. */
    Status answer() throws Exception {
        return answer.get(20, SECONDS);
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {

            private boolean cancels;
            private boolean ends;

            @Override
            public void start(Listener<A> listener, Metadata headers) {
                super.start(
                        new SimpleForwardingClientCallListener<>(listener) {
                            @Override
                            public void onClose(Status status, Metadata trailers) {
                                if (ends) {
                                    ended.countDown();
                                } else if (cancels) {
                                    answer.complete(status);
                                }
                                super.onClose(status, trailers);
                            }
                        },
                        headers);
            }

            @Override
            public void sendMessage(Q message) {
                ends = message instanceof RespondActivityTaskCompletedRequest;
                cancels = message instanceof RespondWorkflowTaskCompletedRequest task
                        && task.getCommandsList().stream()
                                .anyMatch(command -> command.getCommandType()
                                        == CommandType.COMMAND_TYPE_REQUEST_CANCEL_ACTIVITY_TASK);
                if (cancels) {
                    cancelled.countDown();
                    await(ended);
                }
                super.sendMessage(message);
            }
        };
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(20, SECONDS)) {
                throw new IllegalStateException("the other one did not come within 20 s");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
