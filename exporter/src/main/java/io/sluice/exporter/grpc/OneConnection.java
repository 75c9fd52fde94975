package io.sluice.exporter.grpc;

import static io.grpc.ConnectivityState.CONNECTING;
import static io.grpc.ConnectivityState.IDLE;
import static io.grpc.ConnectivityState.READY;
import static io.grpc.ConnectivityState.TRANSIENT_FAILURE;

import io.grpc.ConnectivityStateInfo;
import io.grpc.LoadBalancer;
import io.grpc.LoadBalancerProvider;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * All calls share one connection. A call that finds none has it made and waits for it; if that fails, all who waited
 * learn why, and the next call tries anew.
 *
 * <p>grpc-java's own policy goes on trying by itself, with pauses of up to two minutes, and fails every call in between:
 * a destination that has come back would stay unnoticed for longer than our own back-off allows.
 *
 * <p>In the channel's synchronization context, but for the pickers.
 */
final class OneConnection extends LoadBalancer {

    static final String POLICY = "sluice_one_connection";

    static final LoadBalancerProvider PROVIDER = new Provider();

    private static final SubchannelPicker WAIT = new FixedResultPicker(PickResult.withNoResult());

    private final Helper helper;
    private @Nullable Subchannel connection;

    private OneConnection(Helper helper) {
        this.helper = helper;
    }

    private static final class Provider extends LoadBalancerProvider {
        @Override
        public boolean isAvailable() {
            return true;
        }

        @Override
        public int getPriority() {
            return 5;
        }

        @Override
        public String getPolicyName() {
            return POLICY;
        }

        @Override
        public LoadBalancer newLoadBalancer(Helper helper) {
            return new OneConnection(helper);
        }
    }

    /** Somebody wants to call: that is when the address is told. */
    @Override
    public Status acceptResolvedAddresses(ResolvedAddresses resolved) {
        if (connection == null) {
            Subchannel made = helper.createSubchannel(CreateSubchannelArgs.newBuilder()
                    .setAddresses(resolved.getAddresses())
                    .addOption(DISABLE_SUBCHANNEL_RECONNECT_KEY, true)
                    .build());
            connection = made;
            made.start(state -> changed(made, state));
            helper.updateBalancingState(CONNECTING, WAIT);
            made.requestConnection();
        }
        return Status.OK;
    }

    private void changed(Subchannel changed, ConnectivityStateInfo state) {
        switch (state.getState()) {
            case READY -> helper.updateBalancingState(READY, new FixedResultPicker(PickResult.withSubchannel(changed)));
            case CONNECTING -> helper.updateBalancingState(CONNECTING, WAIT);
            case TRANSIENT_FAILURE -> {
                helper.updateBalancingState(
                        TRANSIENT_FAILURE, new FixedResultPicker(PickResult.withError(state.getStatus())));
                helper.updateBalancingState(IDLE, new ConnectOnDemand(changed));
            }
            case IDLE -> helper.updateBalancingState(IDLE, new ConnectOnDemand(changed));
            case SHUTDOWN -> {}
        }
    }

    /** Lets calls wait, and the first of them begins a connection. Any thread. */
    private final class ConnectOnDemand extends SubchannelPicker {
        private final Subchannel idle;
        private final AtomicBoolean asked = new AtomicBoolean();

        ConnectOnDemand(Subchannel idle) {
            this.idle = idle;
        }

        @Override
        public PickResult pickSubchannel(PickSubchannelArgs args) {
            if (asked.compareAndSet(false, true)) {
                helper.getSynchronizationContext().execute(idle::requestConnection);
            }
            return PickResult.withNoResult();
        }
    }

    /** There is no name resolution here that could fail; a bug's message reaches the calls. */
    @Override
    public void handleNameResolutionError(Status error) {
        helper.updateBalancingState(TRANSIENT_FAILURE, new FixedResultPicker(PickResult.withError(error)));
    }

    @Override
    public void requestConnection() {
        if (connection != null) {
            connection.requestConnection();
        }
    }

    @Override
    public void shutdown() {
        if (connection != null) {
            connection.shutdown();
        }
    }
}
