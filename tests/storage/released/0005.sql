BEGIN TRANSACTION;
CREATE TABLE accounts (
    address TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL REFERENCES people (id) DEFERRABLE INITIALLY DEFERRED,
    last_used_at BIGINT NOT NULL,
    reachable INTEGER,
    listed INTEGER NOT NULL
);
INSERT INTO "accounts" VALUES('telegram:1001','wangfang',0,NULL,1);
INSERT INTO "accounts" VALUES('telegram:1002','lilei',0,NULL,1);
INSERT INTO "accounts" VALUES('telegram:1003','zhang',0,NULL,1);
INSERT INTO "accounts" VALUES('telegram:1004','chenjie',0,NULL,1);
INSERT INTO "accounts" VALUES('telegram:2001','r-499e8ae508575b4a',1795323600000,1,0);
INSERT INTO "accounts" VALUES('telegram:2003','r-ece116daddcd0b36',1795323600000,NULL,0);
INSERT INTO "accounts" VALUES('telegram:2002','r-c75e0abee2e01b7c',1795323600000,NULL,0);
CREATE TABLE albums (
    chat TEXT NOT NULL,
    album TEXT NOT NULL,
    ticket TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (chat, album)
);
CREATE TABLE attachments (
    id BIGINT NOT NULL PRIMARY KEY,
    ticket TEXT REFERENCES tickets (id) DEFERRABLE INITIALLY DEFERRED,
    at BIGINT NOT NULL,
    platform TEXT NOT NULL,
    kind TEXT NOT NULL,
    ref TEXT NOT NULL,
    person TEXT,
    size BIGINT NOT NULL,
    sha256 TEXT,
    failed TEXT NOT NULL,
    after INTEGER NOT NULL,
    caption TEXT NOT NULL,
    chat TEXT,
    account TEXT,
    album TEXT
);
INSERT INTO "attachments" VALUES(1,'jinghe-1001',1795323600000,'telegram','photo','AgACAgUAAxkBAAIRHv22D2W1LXd_3xMqvGsCELoILLXX_870HsNKkI3','r-499e8ae508575b4a',1829,'580f5ac6ee7906e5bdcd0f61126dd4a6c1a8ce9f8b15ccb7a6662c9870093db1','',0,'3号楼2单元电梯停了',NULL,NULL,NULL);
CREATE TABLE cards (
    ticket TEXT NOT NULL REFERENCES tickets (id) DEFERRABLE INITIALLY DEFERRED,
    chat TEXT NOT NULL,
    place TEXT NOT NULL,
    message TEXT NOT NULL,
    print TEXT NOT NULL,
    PRIMARY KEY (ticket, chat)
);
INSERT INTO "cards" VALUES('jinghe-1001','telegram:-1001000001','telegram:-1001000001','3','e72b140ef10accfe');
INSERT INTO "cards" VALUES('jinghe-1001','telegram:1001','telegram:1001','1','5b3d6198d8efe46f');
INSERT INTO "cards" VALUES('jinghe-1002','telegram:-1001000001','telegram:-1001000001','6','e05cf201de8e0b7c');
INSERT INTO "cards" VALUES('jinghe-1002','telegram:1001','telegram:1001','4','91fc0bef9ed7f90c');
INSERT INTO "cards" VALUES('jinghe-1003','telegram:-1001000001','telegram:-1001000001','8','7ce0649f558eb568');
INSERT INTO "cards" VALUES('jinghe-1003','telegram:1001','telegram:1001','12','028e7d057e66c6c0');
CREATE TABLE chats (
    address TEXT NOT NULL PRIMARY KEY,
    present INTEGER NOT NULL,
    at BIGINT NOT NULL
);
CREATE TABLE communities (
    id TEXT NOT NULL PRIMARY KEY,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    timezone TEXT NOT NULL,
    service_phone TEXT NOT NULL,
    policy TEXT NOT NULL,
    words TEXT NOT NULL
);
INSERT INTO "communities" VALUES('jinghe',0,'径河社区','Asia/Shanghai','027-83000000','{"clocks":{},"close_after":null,"categories":{},"meeting":"fri 15:00","followers":null}','{}');
CREATE TABLE compounds (
    id TEXT NOT NULL PRIMARY KEY,
    community TEXT NOT NULL REFERENCES communities (id) DEFERRABLE INITIALLY DEFERRED,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    regime TEXT NOT NULL,
    property TEXT
);
INSERT INTO "compounds" VALUES('xinhai-east','jinghe',0,'鑫海花城东区','community','zhang');
CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO "counters" VALUES('directory',1);
INSERT INTO "counters" VALUES('pulse',1795341960000);
INSERT INTO "counters" VALUES('tickets/jinghe',1003);
INSERT INTO "counters" VALUES('attachments',1);
INSERT INTO "counters" VALUES('outbox',40);
CREATE TABLE deadlines (
    ticket TEXT NOT NULL REFERENCES tickets (id) DEFERRABLE INITIALLY DEFERRED,
    clock TEXT NOT NULL,
    stage TEXT NOT NULL,
    due_at BIGINT,
    ends_at BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    left_over TEXT,
    PRIMARY KEY (ticket, clock)
);
INSERT INTO "deadlines" VALUES('jinghe-1003','accept','twice',1795342200000,1795341900000,1795341600000,NULL);
INSERT INTO "deadlines" VALUES('jinghe-1003','resolve','warn',1795343040000,1795343400000,1795341600000,NULL);
CREATE TABLE dialogues (
    chat TEXT NOT NULL,
    account TEXT NOT NULL,
    step TEXT NOT NULL,
    data TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    question TEXT,
    PRIMARY KEY (chat, account)
);
INSERT INTO "dialogues" VALUES('telegram:-1001000001','telegram:2002','building','{"draft":{"words":"楼道灯又坏了","category":"lighting","kind":"repair","place":{"building":"","unit":"","floor":"","room":"","landmark":""},"heading":"","emergency":false,"origin":"telegram:-1001000001","origin_message":"9","origin_private":false,"at":1795341600000,"grid":"xinhai-east-1","touchy":false,"private":false,"anonymous":false}}',1795342200000,'10');
CREATE TABLE followers (
    ticket TEXT NOT NULL REFERENCES tickets (id) DEFERRABLE INITIALLY DEFERRED,
    person TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (ticket, person)
);
INSERT INTO "followers" VALUES('jinghe-1002','r-c75e0abee2e01b7c',1795323600000);
CREATE TABLE grid_chats (
    grid TEXT NOT NULL REFERENCES grids (id) DEFERRABLE INITIALLY DEFERRED,
    chat TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (grid, chat)
);
INSERT INTO "grid_chats" VALUES('xinhai-east-1','telegram:-1001000001',0);
CREATE TABLE grids (
    id TEXT NOT NULL PRIMARY KEY,
    community TEXT NOT NULL REFERENCES communities (id) DEFERRABLE INITIALLY DEFERRED,
    compound TEXT NOT NULL REFERENCES compounds (id) DEFERRABLE INITIALLY DEFERRED,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    buildings TEXT NOT NULL,
    leader TEXT NOT NULL,
    deputies TEXT NOT NULL
);
INSERT INTO "grids" VALUES('xinhai-east-1','jinghe','xinhai-east',0,'第一网格','["1","2","3","4","5","6","7","8","9","10","11","12","A座"]','wangfang','["lilei"]');
CREATE TABLE inbox (
    key TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    answer TEXT NOT NULL
);
INSERT INTO "inbox" VALUES('telegram:710000001',1795323600000,'{"toast":"已登记 #1001","alert":false}');
INSERT INTO "inbox" VALUES('telegram:710000002',1795323600000,'{"toast":"已接单，请按时到场","alert":false}');
INSERT INTO "inbox" VALUES('telegram:710000003',1795323600000,'{"toast":"已办结，去问报修人了","alert":false}');
INSERT INTO "inbox" VALUES('telegram:710000004',1795323600000,'{"toast":"谢谢您的评价","alert":false}');
INSERT INTO "inbox" VALUES('telegram:710000005',1795323600000,'{"toast":"已登记 #1002","alert":false}');
INSERT INTO "inbox" VALUES('telegram:710000006',1795323600000,'{"toast":"已跟进，有消息会告诉您","alert":false}');
INSERT INTO "inbox" VALUES('telegram:710000007',1795341600000,'{"toast":"已登记 #1003","alert":false}');
INSERT INTO "inbox" VALUES('telegram:710000008',1795341600000,'{"toast":"","alert":false}');
CREATE TABLE invite_misses (
    id BIGINT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE TABLE invites (
    code_hash TEXT NOT NULL PRIMARY KEY,
    role TEXT NOT NULL,
    grid TEXT,
    community TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    taken_at BIGINT
);
CREATE TABLE jobs (
    job TEXT NOT NULL,
    period TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (job, period)
);
INSERT INTO "jobs" VALUES('tidy','20779',1795323600000);
CREATE TABLE ledger (
    community TEXT NOT NULL,
    seq BIGINT NOT NULL,
    ticket TEXT NOT NULL REFERENCES tickets (id) DEFERRABLE INITIALLY DEFERRED,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    act TEXT NOT NULL,
    state TEXT NOT NULL,
    person TEXT NOT NULL,
    platform TEXT NOT NULL,
    reason TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (community, seq)
);
INSERT INTO "ledger" VALUES('jinghe',1,'jinghe-1001',1001,1795323600000,'report','reported','r-499e8ae508575b4a','telegram','repair','0000000000000000000000000000000000000000000000000000000000000000','d35f3989f2c7df5782a29868ee22c0e6709f526240cfd077297e5c14560cd69a');
INSERT INTO "ledger" VALUES('jinghe',2,'jinghe-1001',1001,1795323600000,'accept','accepted','wangfang','telegram','','d35f3989f2c7df5782a29868ee22c0e6709f526240cfd077297e5c14560cd69a','0ae61a8cc14093b6285a0d47923c33e900e9ffa7cce7dfc3cc59b1200cbbe2c4');
INSERT INTO "ledger" VALUES('jinghe',3,'jinghe-1001',1001,1795323600000,'resolve','resolved','wangfang','telegram','换了门机','0ae61a8cc14093b6285a0d47923c33e900e9ffa7cce7dfc3cc59b1200cbbe2c4','3e821671518583d0b725a118b37fc5f800cc850343e69e99ff30e1a94895bfaf');
INSERT INTO "ledger" VALUES('jinghe',4,'jinghe-1001',1001,1795323600000,'rate','resolved','r-499e8ae508575b4a','telegram','good','3e821671518583d0b725a118b37fc5f800cc850343e69e99ff30e1a94895bfaf','5c28fa3246610d76c994eb054c008baf2ff2d1047c8b9028af23a51d558cc332');
INSERT INTO "ledger" VALUES('jinghe',5,'jinghe-1001',1001,1795323600000,'close','closed','r-499e8ae508575b4a','telegram','good','5c28fa3246610d76c994eb054c008baf2ff2d1047c8b9028af23a51d558cc332','4f51eaa90c2f65367ec1f9747bad33af7823b7b6fe652ae1737085a5cca6bfdb');
INSERT INTO "ledger" VALUES('jinghe',6,'jinghe-1002',1002,1795323600000,'report','reported','r-ece116daddcd0b36','telegram','repair','4f51eaa90c2f65367ec1f9747bad33af7823b7b6fe652ae1737085a5cca6bfdb','5e4e563e9074cf3a2bd14a95aa1ad116407ff49b1cb739024dc467451980483e');
INSERT INTO "ledger" VALUES('jinghe',7,'jinghe-1002',1002,1795323600000,'follow','reported','r-c75e0abee2e01b7c','telegram','','5e4e563e9074cf3a2bd14a95aa1ad116407ff49b1cb739024dc467451980483e','c59a4c0666f771c17c5fe64720b3c5e4e49d3851cf7794c76af02b98f27ba4a7');
INSERT INTO "ledger" VALUES('jinghe',8,'jinghe-1002',1002,1795323840000,'remind','reported','','clock','accept','c59a4c0666f771c17c5fe64720b3c5e4e49d3851cf7794c76af02b98f27ba4a7','1a6cdd15b0eab6182f70029bf8c6b393dbfd4698d3498b290462001f111fbeff');
INSERT INTO "ledger" VALUES('jinghe',9,'jinghe-1002',1002,1795323900000,'alert','reported','','clock','accept','1a6cdd15b0eab6182f70029bf8c6b393dbfd4698d3498b290462001f111fbeff','fd6c768cb73286d9f52e96146df20b8caf644c6b50af450cdae258c80fd1eebd');
INSERT INTO "ledger" VALUES('jinghe',10,'jinghe-1002',1002,1795324200000,'queue','reported','','clock','accept_missed','fd6c768cb73286d9f52e96146df20b8caf644c6b50af450cdae258c80fd1eebd','b0d2d7619bc7c3726150598be92e65bbbde4bf3057cf2280ccf57e3d254a7aab');
INSERT INTO "ledger" VALUES('jinghe',11,'jinghe-1002',1002,1795335120000,'remind','reported','','clock','resolve','b0d2d7619bc7c3726150598be92e65bbbde4bf3057cf2280ccf57e3d254a7aab','36f58ab8906157f3d7d59f216d7adfbf6754b0b134f442d1e0eb0cb2a0d2e947');
INSERT INTO "ledger" VALUES('jinghe',12,'jinghe-1003',1003,1795341600000,'report','reported','r-499e8ae508575b4a','telegram','repair','36f58ab8906157f3d7d59f216d7adfbf6754b0b134f442d1e0eb0cb2a0d2e947','f42b2d23fef412c46347442fd71b01f38b3c9461a168ce0e104d2550243c00cd');
INSERT INTO "ledger" VALUES('jinghe',13,'jinghe-1003',1003,1795341960000,'remind','reported','','clock','accept','f42b2d23fef412c46347442fd71b01f38b3c9461a168ce0e104d2550243c00cd','efdd1484a03a19ce8909a3e53f01e8d3b4b2da8c08a593a5495e05979beedfdd');
INSERT INTO "ledger" VALUES('jinghe',14,'jinghe-1003',1003,1795341960000,'alert','reported','','clock','accept','efdd1484a03a19ce8909a3e53f01e8d3b4b2da8c08a593a5495e05979beedfdd','15660b54f215f297e26a8e9d0fa456a3fefb9d72cf8078de5a13728d66cd9063');
CREATE TABLE ledger_heads (
    community TEXT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO "ledger_heads" VALUES('jinghe',14,'15660b54f215f297e26a8e9d0fa456a3fefb9d72cf8078de5a13728d66cd9063');
CREATE TABLE login_links (
    token_hash TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    taken_at BIGINT
);
CREATE TABLE migrations (name TEXT NOT NULL PRIMARY KEY, checksum TEXT NOT NULL);
INSERT INTO "migrations" VALUES('0001_first','dc7e35aa6ff712284369f8209f884f16ab30664f31a6be0654fbfdeedf260290');
INSERT INTO "migrations" VALUES('0002_ledger_is_append_only','6bd8814e86fa91fdf222164c7de43feb67a062ff38c1158a5e206489779e1d83');
INSERT INTO "migrations" VALUES('0003_letters_wait_in_two_ways','7c0b03d5f63e17b9f66231c6c4290629c2e3ff34bd1b67191db4abbbaf56a544');
INSERT INTO "migrations" VALUES('0004_what_is_old_goes','20084201c82a9725c5be6422e7077526d2bb03e98a6c585cef280f70cb3b001d');
INSERT INTO "migrations" VALUES('0005_cards_owed_are_found','a9f80fc5627a44c0a71c20c7beb584545e605bc52805ba28ad20c03db9a3caf8');
CREATE TABLE outbox (
    id BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    rank INTEGER NOT NULL,
    routes TEXT NOT NULL,
    route TEXT NOT NULL,
    chat TEXT NOT NULL,
    platform TEXT NOT NULL,
    reader TEXT NOT NULL,
    ticket TEXT,
    body TEXT NOT NULL,
    once TEXT UNIQUE,
    not_before BIGINT NOT NULL,
    fate TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    note TEXT NOT NULL,
    claimed_until BIGINT,
    sent_at BIGINT,
    sent_chat TEXT,
    sent_message TEXT
, again_at BIGINT NOT NULL DEFAULT 0);
INSERT INTO "outbox" VALUES(1,1795323600000,'card',1,'["telegram:-1001000001"]','telegram:-1001000001','telegram:-1001000001','telegram','telegram:-1001000001','jinghe-1001','{}',NULL,0,'sent',0,'',NULL,1795323600000,'telegram:-1001000001','3',0);
INSERT INTO "outbox" VALUES(2,1795323600000,'card',1,'["telegram:1001"]','telegram:1001','telegram:1001','telegram','wangfang','jinghe-1001','{}',NULL,0,'sent',0,'',NULL,1795323600000,'telegram:1001','1',0);
INSERT INTO "outbox" VALUES(3,1795323600000,'card',1,'["telegram:-1001000001"]','telegram:-1001000001','telegram:-1001000001','telegram','telegram:-1001000001','jinghe-1001','{}',NULL,0,'sent',0,'',NULL,1795323600000,'telegram:-1001000001','3',0);
INSERT INTO "outbox" VALUES(4,1795323600000,'card',1,'["telegram:1001"]','telegram:1001','telegram:1001','telegram','wangfang','jinghe-1001','{}',NULL,0,'sent',0,'',NULL,1795323600000,'telegram:1001','1',0);
INSERT INTO "outbox" VALUES(5,1795323600000,'ask',1,'["telegram:2001","telegram:-1001000001"]','telegram:2001','telegram:2001','telegram','r-499e8ae508575b4a','jinghe-1001','{"say":{"key":"review.ask","args":{"number":1001,"matter":{"matter":{"category":"elevator","heading":"","urgent":false,"building":"3","unit":"2","floor":"","landmark":""}},"worker":"王芳","at":{"when":1795323600000},"note":"换了门机","until":{"when":1795582800000}}},"language":"zh","zone":"Asia/Shanghai","buttons":[[["满意","good:jinghe-1001",""],["基本满意","fair:jinghe-1001",""],["不满意","bad:jinghe-1001",""]]],"holds":["resolved"],"reply_to":"2","reply_in":"telegram:-1001000001","shows":"after","pressed":{"key":"pressed.rated","args":{"rating":{"text":"rating.good"}}}}','jinghe-1001:review:r-499e8ae508575b4a:0',0,'sent',0,'',NULL,1795323600000,'telegram:2001','2',0);
INSERT INTO "outbox" VALUES(6,1795323600000,'card',1,'["telegram:-1001000001"]','telegram:-1001000001','telegram:-1001000001','telegram','telegram:-1001000001','jinghe-1001','{}',NULL,0,'sent',0,'',NULL,1795323600000,'telegram:-1001000001','3',0);
INSERT INTO "outbox" VALUES(7,1795323600000,'card',1,'["telegram:1001"]','telegram:1001','telegram:1001','telegram','wangfang','jinghe-1001','{}',NULL,0,'sent',0,'',NULL,1795323600000,'telegram:1001','1',0);
INSERT INTO "outbox" VALUES(8,1795323600000,'news',3,'["telegram:1001"]','telegram:1001','telegram:1001','telegram','wangfang','jinghe-1001','{"say":{"key":"told.rated","args":{"number":1001,"matter":{"matter":{"category":"elevator","heading":"","urgent":false,"building":"3","unit":"2","floor":"","landmark":""}},"rating":{"text":"rating.good"}}},"language":"zh","zone":"Asia/Shanghai"}','jinghe-1001:rated:wangfang:0',0,'sent',0,'',NULL,1795323600000,'telegram:1001','3',0);
INSERT INTO "outbox" VALUES(11,1795323600000,'answer',1,'["telegram:2001"]','telegram:2001','telegram:2001','telegram','r-499e8ae508575b4a','jinghe-1001','{"again":[5],"edit":"2"}',NULL,0,'sent',0,'',NULL,1795323600000,'telegram:2001','2',0);
INSERT INTO "outbox" VALUES(9,1795323600000,'card',1,'["telegram:-1001000001"]','telegram:-1001000001','telegram:-1001000001','telegram','telegram:-1001000001','jinghe-1001','{}',NULL,0,'sent',0,'',NULL,1795323600000,'telegram:-1001000001','3',0);
INSERT INTO "outbox" VALUES(10,1795323600000,'card',1,'["telegram:1001"]','telegram:1001','telegram:1001','telegram','wangfang','jinghe-1001','{}',NULL,0,'sent',0,'',NULL,1795323600000,'telegram:1001','1',0);
INSERT INTO "outbox" VALUES(12,1795323600000,'card',1,'["telegram:-1001000001"]','telegram:-1001000001','telegram:-1001000001','telegram','telegram:-1001000001','jinghe-1002','{}',NULL,0,'sent',0,'',NULL,1795323600000,'telegram:-1001000001','6',0);
INSERT INTO "outbox" VALUES(13,1795323600000,'card',1,'["telegram:1001"]','telegram:1001','telegram:1001','telegram','wangfang','jinghe-1002','{}',NULL,0,'sent',0,'',NULL,1795323600000,'telegram:1001','4',0);
INSERT INTO "outbox" VALUES(14,1795323600000,'card',1,'["telegram:-1001000001"]','telegram:-1001000001','telegram:-1001000001','telegram','telegram:-1001000001','jinghe-1002','{}',NULL,0,'sent',0,'',NULL,1795323600000,'telegram:-1001000001','6',0);
INSERT INTO "outbox" VALUES(15,1795323600000,'card',1,'["telegram:1001"]','telegram:1001','telegram:1001','telegram','wangfang','jinghe-1002','{}',NULL,0,'dropped',0,'not true any more',NULL,NULL,NULL,NULL,0);
INSERT INTO "outbox" VALUES(16,1795323840000,'remind',2,'["telegram:1001"]','telegram:1001','telegram:1001','telegram','wangfang','jinghe-1002','{"say":{"key":"remind.accept","args":{"number":1002,"matter":{"matter":{"category":"water_supply","heading":"","urgent":false,"building":"5","unit":"1","floor":"","landmark":""}},"until":{"when":1795323900000}}},"language":"zh","zone":"Asia/Shanghai","buttons":[[["接单","accept:jinghe-1002",""]]],"holds":["reported"]}','jinghe-1002:remind:accept:1795323900000:wangfang:0',0,'sent',0,'',NULL,1795323840000,'telegram:1001','5',0);
INSERT INTO "outbox" VALUES(17,1795323900000,'alert',2,'["telegram:1002"]','telegram:1002','telegram:1002','telegram','lilei','jinghe-1002','{"say":{"key":"alert.accept","args":{"number":1002,"matter":{"matter":{"category":"water_supply","heading":"","urgent":false,"building":"5","unit":"1","floor":"","landmark":""}},"person":"王芳","until":{"when":1795323900000},"reported":{"when":1795323600000},"reporter":"小林","phone":{"say":{"key":"phone","args":{"phone":"13800000001"}}}}},"language":"zh","zone":"Asia/Shanghai","buttons":[[["接单","accept:jinghe-1002",""],["改派","reassign:jinghe-1002",""]]],"holds":["reported"]}','jinghe-1002:alert:accept:1795323900000:lilei:0',0,'sent',0,'',NULL,1795323900000,'telegram:1002','7',0);
INSERT INTO "outbox" VALUES(18,1795323900000,'alert',2,'["telegram:1003"]','telegram:1003','telegram:1003','telegram','zhang','jinghe-1002','{"say":{"key":"alert.accept","args":{"number":1002,"matter":{"matter":{"category":"water_supply","heading":"","urgent":false,"building":"5","unit":"1","floor":"","landmark":""}},"person":"王芳","until":{"when":1795323900000},"reported":{"when":1795323600000},"reporter":"小林","phone":{"say":{"key":"phone","args":{"phone":"13800000001"}}}}},"language":"zh","zone":"Asia/Shanghai","buttons":[[["接单","accept:jinghe-1002",""]]],"holds":["reported"]}','jinghe-1002:alert:accept:1795323900000:zhang:0',0,'sent',0,'',NULL,1795323900000,'telegram:1003','8',0);
INSERT INTO "outbox" VALUES(19,1795323900000,'alert',2,'["telegram:1004"]','telegram:1004','telegram:1004','telegram','chenjie','jinghe-1002','{"say":{"key":"alert.accept","args":{"number":1002,"matter":{"matter":{"category":"water_supply","heading":"","urgent":false,"building":"5","unit":"1","floor":"","landmark":""}},"person":"王芳","until":{"when":1795323900000},"reported":{"when":1795323600000},"reporter":"小林","phone":{"say":{"key":"phone","args":{"phone":"13800000001"}}}}},"language":"zh","zone":"Asia/Shanghai","buttons":[[["接单","accept:jinghe-1002",""],["改派","reassign:jinghe-1002",""]],[["督办","supervise:jinghe-1002",""],["列入会议","queue:jinghe-1002",""]]],"holds":["reported"]}','jinghe-1002:alert:accept:1795323900000:chenjie:0',0,'sent',0,'',NULL,1795323900000,'telegram:1004','6',0);
INSERT INTO "outbox" VALUES(20,1795323900000,'alert',2,'["telegram:-1009000001"]','telegram:-1009000001','telegram:-1009000001','telegram','telegram:-1009000001','jinghe-1002','{"say":{"key":"alert.accept","args":{"number":1002,"matter":{"matter":{"category":"water_supply","heading":"","urgent":false,"building":"5","unit":"1","floor":"","landmark":""}},"person":"王芳","until":{"when":1795323900000},"reported":{"when":1795323600000},"reporter":"小林","phone":{"say":{"key":"phone","args":{"phone":"13800000001"}}}}},"language":"zh","zone":"Asia/Shanghai","buttons":[[["接单","accept:jinghe-1002",""],["改派","reassign:jinghe-1002",""]],[["督办","supervise:jinghe-1002",""],["列入会议","queue:jinghe-1002",""]]],"holds":["reported"]}','jinghe-1002:alert:accept:1795323900000:telegram:-1009000001:0',0,'sent',0,'',NULL,1795323900000,'telegram:-1009000001','2',0);
INSERT INTO "outbox" VALUES(21,1795323900000,'card',1,'["telegram:-1001000001"]','telegram:-1001000001','telegram:-1001000001','telegram','telegram:-1001000001','jinghe-1002','{}',NULL,0,'sent',0,'',NULL,1795323900000,'telegram:-1001000001','6',0);
INSERT INTO "outbox" VALUES(22,1795323900000,'card',1,'["telegram:1001"]','telegram:1001','telegram:1001','telegram','wangfang','jinghe-1002','{}',NULL,0,'sent',0,'',NULL,1795323900000,'telegram:1001','4',0);
INSERT INTO "outbox" VALUES(23,1795324200000,'alert',2,'["telegram:-1009000001"]','telegram:-1009000001','telegram:-1009000001','telegram','telegram:-1009000001','jinghe-1002','{"say":{"key":"queue.staff","args":{"number":1002,"matter":{"matter":{"category":"water_supply","heading":"","urgent":false,"building":"5","unit":"1","floor":"","landmark":""}},"reason":{"say":{"key":"reason.accept_missed","args":{"number":1002,"matter":{"matter":{"category":"water_supply","heading":"","urgent":false,"building":"5","unit":"1","floor":"","landmark":""}},"until":{"when":1795323900000},"by":"","note":""}}},"story":{"clauses":[{"say":{"key":"story.reported","args":{"number":1002,"matter":{"matter":{"category":"water_supply","heading":"","urgent":false,"building":"5","unit":"1","floor":"","landmark":""}},"reporter":"小林","at":{"when":1795323600000}}}},{"text":"story.nobody"}]},"followers":{"say":{"key":"queue.followers","args":{"number":1002,"matter":{"matter":{"category":"water_supply","heading":"","urgent":false,"building":"5","unit":"1","floor":"","landmark":""}},"count":1}}},"meeting":{"when":1795762800000}}},"language":"zh","zone":"Asia/Shanghai","buttons":[[["督办","supervise:jinghe-1002",""],["改派","reassign:jinghe-1002",""],["看全程","story:jinghe-1002",""]]],"holds":["accepted","on_site","planned","reported"]}','jinghe-1002:queue:1795324200000:telegram:-1009000001:0',0,'sent',0,'',NULL,1795324200000,'telegram:-1009000001','3',0);
INSERT INTO "outbox" VALUES(24,1795324200000,'news',3,'["telegram:2003","telegram:-1001000001"]','telegram:2003','telegram:2003','telegram','r-ece116daddcd0b36','jinghe-1002','{"say":{"key":"queue.reporter","args":{"number":1002,"matter":{"matter":{"category":"water_supply","heading":"","urgent":false,"building":"5","unit":"1","floor":"","landmark":""}},"why":{"text":"honestly.accept_missed"},"meeting":{"when":1795762800000}}},"language":"zh","zone":"Asia/Shanghai","reply_to":"5","reply_in":"telegram:-1001000001"}','jinghe-1002:queue:reporter:1795324200000:r-ece116daddcd0b36:0',0,'sent',0,'',NULL,1795324200000,'telegram:2003','10',0);
INSERT INTO "outbox" VALUES(25,1795324200000,'remind',2,'["telegram:1001"]','telegram:1001','telegram:1001','telegram','wangfang','jinghe-1002','{"say":{"key":"queue.handler","args":{"number":1002,"matter":{"matter":{"category":"water_supply","heading":"","urgent":false,"building":"5","unit":"1","floor":"","landmark":""}},"reason":{"say":{"key":"reason.accept_missed","args":{"number":1002,"matter":{"matter":{"category":"water_supply","heading":"","urgent":false,"building":"5","unit":"1","floor":"","landmark":""}},"until":{"when":1795323900000},"by":"","note":""}}},"meeting":{"when":1795762800000}}},"language":"zh","zone":"Asia/Shanghai","buttons":[[["接单","accept:jinghe-1002",""]]],"holds":["accepted","on_site","planned","reported"]}','jinghe-1002:queue:handler:1795324200000:wangfang:0',0,'sent',0,'',NULL,1795324200000,'telegram:1001','9',0);
INSERT INTO "outbox" VALUES(26,1795324200000,'card',1,'["telegram:-1001000001"]','telegram:-1001000001','telegram:-1001000001','telegram','telegram:-1001000001','jinghe-1002','{}',NULL,0,'sent',0,'',NULL,1795324200000,'telegram:-1001000001','6',0);
INSERT INTO "outbox" VALUES(27,1795324200000,'card',1,'["telegram:1001"]','telegram:1001','telegram:1001','telegram','wangfang','jinghe-1002','{}',NULL,0,'sent',0,'',NULL,1795324200000,'telegram:1001','4',0);
INSERT INTO "outbox" VALUES(28,1795335120000,'remind',2,'["telegram:1001"]','telegram:1001','telegram:1001','telegram','wangfang','jinghe-1002','{"say":{"key":"remind.resolve","args":{"number":1002,"matter":{"matter":{"category":"water_supply","heading":"","urgent":false,"building":"5","unit":"1","floor":"","landmark":""}},"until":{"when":1795338000000}}},"language":"zh","zone":"Asia/Shanghai","buttons":[[["办结","resolve:jinghe-1002",""],["延期","time:jinghe-1002",""]]],"holds":["accepted","on_site","planned","reported"]}','jinghe-1002:remind:resolve:1795338000000:wangfang:0',0,'sent',0,'',NULL,1795335120000,'telegram:1001','11',0);
INSERT INTO "outbox" VALUES(29,1795338000000,'card',1,'["telegram:-1001000001"]','telegram:-1001000001','telegram:-1001000001','telegram','telegram:-1001000001','jinghe-1002','{}',NULL,0,'dropped',0,'not true any more',NULL,NULL,NULL,NULL,0);
INSERT INTO "outbox" VALUES(30,1795338000000,'card',1,'["telegram:1001"]','telegram:1001','telegram:1001','telegram','wangfang','jinghe-1002','{}',NULL,0,'dropped',0,'not true any more',NULL,NULL,NULL,NULL,0);
INSERT INTO "outbox" VALUES(31,1795341600000,'card',1,'["telegram:-1001000001"]','telegram:-1001000001','telegram:-1001000001','telegram','telegram:-1001000001','jinghe-1003','{}',NULL,0,'sent',0,'',NULL,1795341600000,'telegram:-1001000001','8',0);
INSERT INTO "outbox" VALUES(32,1795341600000,'card',1,'["telegram:1001"]','telegram:1001','telegram:1001','telegram','wangfang','jinghe-1003','{}',NULL,0,'sent',0,'',NULL,1795341600000,'telegram:1001','12',0);
INSERT INTO "outbox" VALUES(33,1795341600000,'ask',1,'["telegram:-1001000001"]','telegram:-1001000001','telegram:-1001000001','telegram','telegram:-1001000001',NULL,'{"say":{"key":"ask.building","args":{"what":{"text":"category.lighting"}}},"language":"zh","zone":"Asia/Shanghai","buttons":[[["1","=building:1",""],["2","=building:2",""],["3","=building:3",""],["4","=building:4",""],["5","=building:5",""],["6","=building:6",""]],[["7","=building:7",""],["8","=building:8",""],["9","=building:9",""],["10","=building:10",""],["11","=building:11",""],["12","=building:12",""]],[["A座","=building:A座",""]],[["其他","=building:other",""],["不知道","=building:unknown",""]]],"reply_to":"9","reply_in":"telegram:-1001000001","asks":"telegram:2002","step":"building"}',NULL,0,'sent',0,'',NULL,1795341600000,'telegram:-1001000001','10',0);
INSERT INTO "outbox" VALUES(34,1795341960000,'remind',2,'["telegram:1001"]','telegram:1001','telegram:1001','telegram','wangfang','jinghe-1003','{"say":{"key":"remind.late.accept","args":{"number":1003,"matter":{"matter":{"category":"lighting","heading":"","urgent":false,"building":"7","unit":"2","floor":"","landmark":""}},"until":{"when":1795341900000}}},"language":"zh","zone":"Asia/Shanghai","buttons":[[["接单","accept:jinghe-1003",""]]],"holds":["reported"],"outage":[1795341600000,1795341960000]}','jinghe-1003:remind:accept:1795341900000:wangfang:0',1795341962000,'waiting',0,'',NULL,NULL,NULL,NULL,0);
INSERT INTO "outbox" VALUES(35,1795341960000,'alert',2,'["telegram:1002"]','telegram:1002','telegram:1002','telegram','lilei','jinghe-1003','{"say":{"key":"alert.accept","args":{"number":1003,"matter":{"matter":{"category":"lighting","heading":"","urgent":false,"building":"7","unit":"2","floor":"","landmark":""}},"person":"王芳","until":{"when":1795341900000},"reported":{"when":1795341600000},"reporter":"梅姨","phone":{"say":{"key":"phone","args":{"phone":"13800000001"}}}}},"language":"zh","zone":"Asia/Shanghai","buttons":[[["接单","accept:jinghe-1003",""],["改派","reassign:jinghe-1003",""]]],"holds":["reported"],"outage":[1795341600000,1795341960000]}','jinghe-1003:alert:accept:1795341900000:lilei:0',1795341962000,'waiting',0,'',NULL,NULL,NULL,NULL,0);
INSERT INTO "outbox" VALUES(36,1795341960000,'alert',2,'["telegram:1003"]','telegram:1003','telegram:1003','telegram','zhang','jinghe-1003','{"say":{"key":"alert.accept","args":{"number":1003,"matter":{"matter":{"category":"lighting","heading":"","urgent":false,"building":"7","unit":"2","floor":"","landmark":""}},"person":"王芳","until":{"when":1795341900000},"reported":{"when":1795341600000},"reporter":"梅姨","phone":{"say":{"key":"phone","args":{"phone":"13800000001"}}}}},"language":"zh","zone":"Asia/Shanghai","buttons":[[["接单","accept:jinghe-1003",""]]],"holds":["reported"],"outage":[1795341600000,1795341960000]}','jinghe-1003:alert:accept:1795341900000:zhang:0',1795341962000,'waiting',0,'',NULL,NULL,NULL,NULL,0);
INSERT INTO "outbox" VALUES(37,1795341960000,'alert',2,'["telegram:1004"]','telegram:1004','telegram:1004','telegram','chenjie','jinghe-1003','{"say":{"key":"alert.accept","args":{"number":1003,"matter":{"matter":{"category":"lighting","heading":"","urgent":false,"building":"7","unit":"2","floor":"","landmark":""}},"person":"王芳","until":{"when":1795341900000},"reported":{"when":1795341600000},"reporter":"梅姨","phone":{"say":{"key":"phone","args":{"phone":"13800000001"}}}}},"language":"zh","zone":"Asia/Shanghai","buttons":[[["接单","accept:jinghe-1003",""],["改派","reassign:jinghe-1003",""]],[["督办","supervise:jinghe-1003",""],["列入会议","queue:jinghe-1003",""]]],"holds":["reported"],"outage":[1795341600000,1795341960000]}','jinghe-1003:alert:accept:1795341900000:chenjie:0',1795341962000,'waiting',0,'',NULL,NULL,NULL,NULL,0);
INSERT INTO "outbox" VALUES(38,1795341960000,'alert',2,'["telegram:-1009000001"]','telegram:-1009000001','telegram:-1009000001','telegram','telegram:-1009000001','jinghe-1003','{"say":{"key":"alert.accept","args":{"number":1003,"matter":{"matter":{"category":"lighting","heading":"","urgent":false,"building":"7","unit":"2","floor":"","landmark":""}},"person":"王芳","until":{"when":1795341900000},"reported":{"when":1795341600000},"reporter":"梅姨","phone":{"say":{"key":"phone","args":{"phone":"13800000001"}}}}},"language":"zh","zone":"Asia/Shanghai","buttons":[[["接单","accept:jinghe-1003",""],["改派","reassign:jinghe-1003",""]],[["督办","supervise:jinghe-1003",""],["列入会议","queue:jinghe-1003",""]]],"holds":["reported"],"outage":[1795341600000,1795341960000]}','jinghe-1003:alert:accept:1795341900000:telegram:-1009000001:0',1795341962000,'waiting',0,'',NULL,NULL,NULL,NULL,0);
INSERT INTO "outbox" VALUES(39,1795341960000,'card',1,'["telegram:-1001000001"]','telegram:-1001000001','telegram:-1001000001','telegram','telegram:-1001000001','jinghe-1003','{}',NULL,0,'waiting',0,'NetworkError: httpx.ConnectError: All connection attempts failed',NULL,NULL,NULL,NULL,1795341961000);
INSERT INTO "outbox" VALUES(40,1795341960000,'card',1,'["telegram:1001"]','telegram:1001','telegram:1001','telegram','wangfang','jinghe-1003','{}',NULL,0,'waiting',0,'NetworkError: httpx.ConnectError: All connection attempts failed',NULL,NULL,NULL,NULL,1795341961000);
CREATE TABLE people (
    id TEXT NOT NULL PRIMARY KEY,
    community TEXT NOT NULL,
    name TEXT NOT NULL,
    roles TEXT NOT NULL,
    phone TEXT NOT NULL,
    language TEXT NOT NULL,
    home_grid TEXT,
    home_building TEXT NOT NULL,
    home_unit TEXT NOT NULL,
    home_floor TEXT NOT NULL,
    home_room TEXT NOT NULL,
    home_landmark TEXT NOT NULL,
    listed INTEGER NOT NULL
);
INSERT INTO "people" VALUES('wangfang','jinghe','王芳','["grid_leader"]','13800000001','zh',NULL,'','','','','',1);
INSERT INTO "people" VALUES('lilei','jinghe','李雷','["grid_leader"]','','zh',NULL,'','','','','',1);
INSERT INTO "people" VALUES('zhang','jinghe','张师傅','["property"]','','zh',NULL,'','','','','',1);
INSERT INTO "people" VALUES('chenjie','jinghe','陈洁','["staff"]','','zh',NULL,'','','','','',1);
INSERT INTO "people" VALUES('r-499e8ae508575b4a','jinghe','梅姨','["resident"]','','zh','xinhai-east-1','','','','','',0);
INSERT INTO "people" VALUES('r-ece116daddcd0b36','jinghe','小林','["resident"]','','zh','xinhai-east-1','','','','','',0);
INSERT INTO "people" VALUES('r-c75e0abee2e01b7c','jinghe','陈叔','["resident"]','','zh','xinhai-east-1','','','','','',0);
CREATE TABLE remarks (
    id BIGINT NOT NULL PRIMARY KEY,
    ticket TEXT NOT NULL REFERENCES tickets (id) DEFERRABLE INITIALLY DEFERRED,
    at BIGINT NOT NULL,
    person TEXT,
    words TEXT NOT NULL
);
CREATE TABLE sessions (
    session_hash TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE TABLE set_aside (
    key TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    raw TEXT NOT NULL,
    why TEXT NOT NULL
);
CREATE TABLE spots (
    id TEXT NOT NULL PRIMARY KEY,
    grid TEXT NOT NULL REFERENCES grids (id) DEFERRABLE INITIALLY DEFERRED,
    building TEXT NOT NULL,
    position INTEGER NOT NULL
);
INSERT INTO "spots" VALUES('xinhai-east_1','xinhai-east-1','1',0);
INSERT INTO "spots" VALUES('xinhai-east_2','xinhai-east-1','2',1);
INSERT INTO "spots" VALUES('xinhai-east_3','xinhai-east-1','3',2);
INSERT INTO "spots" VALUES('xinhai-east_4','xinhai-east-1','4',3);
INSERT INTO "spots" VALUES('xinhai-east_5','xinhai-east-1','5',4);
INSERT INTO "spots" VALUES('xinhai-east_6','xinhai-east-1','6',5);
INSERT INTO "spots" VALUES('xinhai-east_7','xinhai-east-1','7',6);
INSERT INTO "spots" VALUES('xinhai-east_8','xinhai-east-1','8',7);
INSERT INTO "spots" VALUES('xinhai-east_9','xinhai-east-1','9',8);
INSERT INTO "spots" VALUES('xinhai-east_10','xinhai-east-1','10',9);
INSERT INTO "spots" VALUES('xinhai-east_11','xinhai-east-1','11',10);
INSERT INTO "spots" VALUES('xinhai-east_12','xinhai-east-1','12',11);
INSERT INTO "spots" VALUES('xinhai-east_A-9b61c98a10','xinhai-east-1','A座',12);
CREATE TABLE staff_chats (
    community TEXT NOT NULL REFERENCES communities (id) DEFERRABLE INITIALLY DEFERRED,
    chat TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (community, chat)
);
INSERT INTO "staff_chats" VALUES('jinghe','telegram:-1009000001',0);
CREATE TABLE tickets (
    id TEXT NOT NULL PRIMARY KEY,
    community TEXT NOT NULL,
    number BIGINT NOT NULL,
    grid TEXT NOT NULL,
    state TEXT NOT NULL,
    kind TEXT NOT NULL,
    category TEXT NOT NULL,
    severity TEXT NOT NULL,
    building TEXT NOT NULL,
    unit TEXT NOT NULL,
    floor TEXT NOT NULL,
    room TEXT NOT NULL,
    landmark TEXT NOT NULL,
    words TEXT NOT NULL,
    reporter TEXT,
    reported_at BIGINT NOT NULL,
    heading TEXT NOT NULL,
    private INTEGER NOT NULL,
    anonymous INTEGER NOT NULL,
    origin TEXT,
    origin_chat TEXT,
    origin_message TEXT,
    origin_private INTEGER NOT NULL,
    first_responder TEXT,
    handler TEXT,
    handler_name TEXT NOT NULL,
    level INTEGER NOT NULL,
    queued TEXT,
    queued_at BIGINT,
    followers INTEGER NOT NULL,
    reopened INTEGER NOT NULL,
    objected INTEGER NOT NULL,
    accepted_at BIGINT,
    arrived_at BIGINT,
    resolved_at BIGINT,
    closed_at BIGINT,
    paused_at BIGINT,
    pause_reason TEXT NOT NULL,
    plan TEXT NOT NULL,
    decision TEXT NOT NULL,
    note TEXT NOT NULL,
    rating TEXT NOT NULL,
    merged_into TEXT,
    last_urged_at BIGINT,
    version BIGINT NOT NULL,
    UNIQUE (community, number)
);
INSERT INTO "tickets" VALUES('jinghe-1001','jinghe',1001,'xinhai-east-1','closed','repair','elevator','major','3','2','','','','3号楼2单元电梯停了','r-499e8ae508575b4a',1795323600000,'',0,0,'telegram:-1001000001','telegram:-1001000001','2',0,'wangfang','wangfang','',0,NULL,NULL,0,0,0,1795323600000,NULL,1795323600000,1795323600000,NULL,'','','','换了门机','good',NULL,NULL,4);
INSERT INTO "tickets" VALUES('jinghe-1002','jinghe',1002,'xinhai-east-1','reported','repair','water_supply','major','5','1','','302','','5号楼1单元302水管漏水','r-ece116daddcd0b36',1795323600000,'',0,0,'telegram:-1001000001','telegram:-1001000001','5',0,NULL,NULL,'',3,'accept_missed',1795324200000,1,0,0,NULL,NULL,NULL,NULL,NULL,'','','','','',NULL,NULL,6);
INSERT INTO "tickets" VALUES('jinghe-1003','jinghe',1003,'xinhai-east-1','reported','repair','lighting','ordinary','7','2','','','','7号楼2单元楼道灯不亮了','r-499e8ae508575b4a',1795341600000,'',0,0,'telegram:-1001000001','telegram:-1001000001','7',0,NULL,NULL,'',2,NULL,NULL,0,0,0,NULL,NULL,NULL,NULL,NULL,'','','','','',NULL,NULL,3);
CREATE TABLE tokens (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
CREATE TABLE web_messages (
    id BIGINT NOT NULL PRIMARY KEY,
    change_no BIGINT NOT NULL,
    chat TEXT NOT NULL,
    from_name TEXT NOT NULL,
    account TEXT,
    heading TEXT NOT NULL,
    text TEXT NOT NULL,
    buttons TEXT NOT NULL,
    photos TEXT NOT NULL,
    reply_to TEXT,
    at BIGINT NOT NULL,
    edited_at BIGINT
);
CREATE INDEX grids_of_compound ON grids (compound);
CREATE INDEX spots_of_grid ON spots (grid);
CREATE INDEX people_listed ON people (community) WHERE listed = 1;
CREATE INDEX accounts_of_person ON accounts (person);
CREATE INDEX tickets_living ON tickets (grid, reported_at)
    WHERE state IN ('reported', 'accepted', 'on_site', 'planned', 'resolved');
CREATE INDEX tickets_in_hand ON tickets (handler, reported_at)
    WHERE state IN ('reported', 'accepted', 'on_site', 'planned');
CREATE INDEX tickets_unaccepted ON tickets (grid, reported_at) WHERE state = 'reported';
CREATE INDEX tickets_queued ON tickets (community, queued_at) WHERE queued IS NOT NULL;
CREATE INDEX tickets_reported_by ON tickets (reporter, reported_at) WHERE reporter IS NOT NULL;
CREATE INDEX tickets_said_in ON tickets (origin_chat, origin_message) WHERE origin_message IS NOT NULL;
CREATE INDEX followers_of_person ON followers (person, at);
CREATE INDEX remarks_of_ticket ON remarks (ticket);
CREATE INDEX deadlines_running ON deadlines (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX ledger_of_ticket ON ledger (ticket, seq);
CREATE INDEX ledger_resolved_by ON ledger (person, at) WHERE act = 'resolve';
CREATE INDEX attachments_of_ticket ON attachments (ticket) WHERE ticket IS NOT NULL;
CREATE INDEX attachments_loose ON attachments (chat, account, at) WHERE ticket IS NULL;
CREATE INDEX attachments_to_fetch ON attachments (id) WHERE sha256 IS NULL AND failed = '';
CREATE INDEX cards_shown ON cards (place, message);
CREATE INDEX inbox_by_age ON inbox (at);
CREATE INDEX dialogues_of_account ON dialogues (account);
CREATE INDEX dialogues_ending ON dialogues (expires_at);
CREATE INDEX outbox_told ON outbox (ticket) WHERE kind IN ('page', 'alert');
CREATE INDEX outbox_said ON outbox (sent_chat, sent_message) WHERE sent_message IS NOT NULL;
CREATE UNIQUE INDEX web_changes ON web_messages (change_no);
CREATE INDEX web_changes_of_chat ON web_messages (chat, change_no);
CREATE INDEX web_in_order ON web_messages (chat, id);
CREATE INDEX invite_misses_of_account ON invite_misses (account, at);
CREATE TRIGGER ledger_is_never_changed BEFORE UPDATE ON ledger
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;
CREATE TRIGGER ledger_is_never_shortened BEFORE DELETE ON ledger
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;
CREATE INDEX outbox_owed ON outbox (chat, rank, id, not_before, fate) WHERE fate IN ('waiting', 'claimed');
CREATE INDEX outbox_ended ON outbox (at) WHERE fate IN ('sent', 'dropped', 'undeliverable');
CREATE INDEX web_by_age ON web_messages (at);
CREATE INDEX outbox_cards ON outbox (ticket, route) WHERE kind = 'card' AND fate IN ('waiting', 'claimed');
COMMIT;
