package io.sluice.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccountTest {

    private final Account account = new Account();
    private final List<Boolean> heard = new ArrayList<>();

    @Test
    void snapshot_ofNothing_isAllZero() {
        AccountSnapshot snapshot = account.snapshot();

        assertThat(snapshot.offered()).isZero();
        assertThat(snapshot.pending()).isZero();
        assertThat(snapshot.toJson("agent", "traces"))
                .isEqualTo("{\"hop\":\"agent\",\"signal\":\"traces\",\"offered\":0,\"accepted\":0,\"refused\":{},"
                        + "\"delivered\":0,\"rejected\":0,\"dropped\":{},\"pending\":0}");
    }

    @Test
    void snapshot_balancesWhateverHappened() {
        account.accepted(20);
        account.refused(RefuseReason.CLOSED, 2);
        account.accepted(5);
        account.takeBack(5);
        account.refused(RefuseReason.QUEUE_FULL, 5);
        settlement(7).delivered();
        settlement(3).partlyDelivered(1);
        settlement(4).rejected();
        settlement(1).dropped(DropReason.TOO_LARGE);
        settlement(2).dropped(DropReason.DRAIN_DEADLINE);

        AccountSnapshot snapshot = account.snapshot();

        assertThat(snapshot.offered()).isEqualTo(27);
        assertThat(snapshot.accepted()).isEqualTo(20);
        assertThat(snapshot.refusedItems()).isEqualTo(7);
        assertThat(snapshot.delivered()).isEqualTo(9);
        assertThat(snapshot.rejected()).isEqualTo(5);
        assertThat(snapshot.droppedItems()).isEqualTo(3);
        assertThat(snapshot.pending()).isEqualTo(3);
        assertThat(snapshot.lost()).isEqualTo(15);
        assertThat(heard).containsExactly(true, false, false, false, false);
        assertThat(snapshot)
                .hasToString("offered 27 = 20 accepted + 7 refused (closed 2, queue_full 5); 9 delivered, 5 rejected,"
                        + " 3 dropped (drain_deadline 2, too_large 1), 3 pending");
        assertThat(snapshot.toJson("a \"b\"\n", "logs"))
                .isEqualTo("{\"hop\":\"a \\\"b\\\"\\u000a\",\"signal\":\"logs\",\"offered\":27,\"accepted\":20,"
                        + "\"refused\":{\"closed\":2,\"queue_full\":5},\"delivered\":9,\"rejected\":5,"
                        + "\"dropped\":{\"drain_deadline\":2,\"too_large\":1},\"pending\":3}");
    }

    @Test
    void settlement_usedTwice_throwsAndCountsOnce() {
        account.accepted(5);
        Settlement settlement = settlement(5);
        settlement.delivered();

        assertThat(settlement.isSettled()).isTrue();
        assertThatThrownBy(() -> settlement.dropped(DropReason.ABORTED)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(settlement::delivered).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(settlement::rejected).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> settlement.partlyDelivered(1)).isInstanceOf(IllegalStateException.class);
        assertThat(account.snapshot().delivered()).isEqualTo(5);
        assertThat(account.snapshot().pending()).isZero();
        assertThat(heard).containsExactly(true);
    }

    @Test
    void partlyDelivered_withAFigureOutOfRange_takesTheNearerEnd() {
        account.accepted(10);
        settlement(5).partlyDelivered(9);
        settlement(5).partlyDelivered(-1);

        assertThat(account.snapshot().rejected()).isEqualTo(5);
        assertThat(account.snapshot().delivered()).isEqualTo(5);
        assertThat(heard).containsExactly(false, true);
    }

    @Test
    void settlement_inParts_isCompleteWithItsLastItem() {
        account.accepted(10);
        Settlement settlement = settlement(10);
        settlement.delivered(4);
        settlement.delivered(0);
        settlement.rejected(0);
        assertThat(settlement.items()).isEqualTo(6);
        assertThat(settlement.isSettled()).isFalse();
        assertThat(heard).isEmpty();
        settlement.delivered(6);

        assertThat(settlement.isSettled()).isTrue();
        assertThat(settlement.items()).isZero();
        assertThat(heard).containsExactly(true);
        assertThat(account.snapshot().delivered()).isEqualTo(10);
        assertThat(account.snapshot().pending()).isZero();
    }

    @Test
    void settlement_inParts_isNotAllDelivered_ifOneOfThemWasNot() {
        account.accepted(30);
        Settlement rejected = settlement(10);
        rejected.rejected(1);
        rejected.delivered();
        Settlement dropped = settlement(10);
        dropped.delivered(5);
        dropped.dropped(DropReason.TOO_LARGE, 2);
        dropped.delivered(3);
        Settlement partly = settlement(10);
        partly.delivered(8);
        partly.partlyDelivered(5);

        assertThat(heard).containsExactly(false, false, false);
        AccountSnapshot snapshot = account.snapshot();
        assertThat(snapshot.delivered()).isEqualTo(25);
        assertThat(snapshot.rejected()).isEqualTo(3);
        assertThat(snapshot.droppedItems()).isEqualTo(2);
        assertThat(snapshot.pending()).isZero();
    }

    @Test
    void settlement_ofMoreThanIsLeft_throwsAndCountsNothing() {
        account.accepted(5);
        Settlement settlement = settlement(5);
        settlement.delivered(3);
        assertThatThrownBy(() -> settlement.delivered(3))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("3 items to settle where 2 are left");
        assertThatThrownBy(() -> settlement.rejected(-1)).isInstanceOf(IllegalStateException.class);
        settlement.dropped(DropReason.ABORTED);
        assertThatThrownBy(() -> settlement.delivered(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(settlement::rejected).isInstanceOf(IllegalStateException.class);

        assertThat(account.snapshot().pending()).isZero();
        assertThat(heard).containsExactly(false);
    }

    @Test
    void settlement_ofABatchWithoutItems_isUsedOnceToo() {
        Settlement settlement = settlement(0);
        assertThat(settlement.isSettled()).isFalse();
        settlement.delivered(0);
        assertThat(heard).isEmpty();
        settlement.rejected();

        assertThat(heard).containsExactly(true);
        assertThat(settlement.isSettled()).isTrue();
    }

    private Settlement settlement(long items) {
        return new Settlement(account, items, heard::add);
    }
}
